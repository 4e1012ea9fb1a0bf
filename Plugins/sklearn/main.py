"""scikit-learn behind Bancada's plugin protocol."""
from rpc import Plugin, Refused


def component_run(params, say):
    import report

    if params["component"] != "sklearn.report":
        raise Refused(f"no component {params['component']}")
    return {"executorOutput": report.run(params["executorInput"])}


def trainer_fit(params, say):
    import training

    return {"metrics": training.fit(params, say)}


class Models:
    """Loaded models by the host's handles."""

    def __init__(self):
        self.models = {}

    def load(self, params, say):
        import serving

        model = serving.Model(params["path"])
        self.models[params["model"]] = model
        return {"inputs": model.inputs, "outputs": model.outputs}

    def predict(self, params, say):
        if params["model"] not in self.models:
            raise Refused(f"model {params['model']} is not loaded")
        return {"response": self.models[params["model"]].predict(params["request"])}

    def unload(self, params, say):
        self.models.pop(params["model"], None)
        return {}


if __name__ == "__main__":
    models = Models()
    Plugin(
        "sklearn",
        {
            "trainer.fit": trainer_fit,
            "component.run": component_run,
            "model.load": models.load,
            "model.predict": models.predict,
            "model.unload": models.unload,
        },
    ).run()
