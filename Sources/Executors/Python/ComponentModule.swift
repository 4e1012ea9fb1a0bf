/// The modules that a file may import whose functions are components.
enum ComponentModule {
    /// The module `bancada`.
    static let bancada = ##"""
        """What a component needs of kfp.dsl, where kfp itself is not installed."""

        __all__ = [
            "Artifact", "ClassificationMetrics", "Dataset", "HTML", "Input", "InputPath", "Markdown",
            "Metrics", "Model", "Output", "OutputPath", "SlicedClassificationMetrics", "component",
            "pipeline",
        ]


        class Artifact:
            """A file or folder at `path`, with metadata."""
            schema_title = "system.Artifact"
            schema_version = "0.0.1"

            def __init__(self, name=None, uri=None, metadata=None):
                self.name = name or ""
                self.uri = uri or ""
                self.metadata = {} if metadata is None else metadata

            @property
            def path(self):
                return self.uri

            @path.setter
            def path(self, path):
                self.uri = path

            def __repr__(self):
                return "%s(name=%r, path=%r)" % (type(self).__name__, self.name, self.path)


        class Dataset(Artifact):
            schema_title = "system.Dataset"


        class Model(Artifact):
            schema_title = "system.Model"

            @property
            def framework(self):
                return self.metadata.get("framework", "")

            @framework.setter
            def framework(self, name):
                self.metadata["framework"] = name


        class HTML(Artifact):
            schema_title = "system.HTML"


        class Markdown(Artifact):
            schema_title = "system.Markdown"


        class Metrics(Artifact):
            schema_title = "system.Metrics"

            def log_metric(self, metric, value):
                self.metadata[metric] = value


        class _Curves:
            """A ROC curve and a confusion matrix in a dictionary."""

            def __init__(self, values):
                self.values = values

            def point(self, false_positives, true_positives, threshold):
                self.values.setdefault("confidenceMetrics", []).append({
                    "confidenceThreshold": threshold, "recall": true_positives,
                    "falsePositiveRate": false_positives})

            def curve(self, false_positives, true_positives, thresholds):
                if not len(false_positives) == len(true_positives) == len(thresholds):
                    raise ValueError("the three lists of a ROC curve need the same length")
                for values in zip(false_positives, true_positives, thresholds):
                    self.point(*values)

            def categories(self, names):
                self.values["confusionMatrix"] = {
                    "annotationSpecs": [{"displayName": name} for name in names],
                    "rows": [{"row": [0] * len(names)} for _ in names]}

            def index(self, name):
                found = [item["displayName"]
                         for item in self.values.get("confusionMatrix", {}).get("annotationSpecs", [])]
                if name not in found:
                    raise ValueError("category %r is not one of %s" % (name, found))
                return found.index(name)

            def row(self, name, values):
                rows = self.values["confusionMatrix"]["rows"] if self.index(name) >= 0 else []
                if len(values) != len(rows):
                    raise ValueError("a row needs %d values, not %d" % (len(rows), len(values)))
                rows[self.index(name)] = {"row": list(values)}

            def cell(self, row, column, value):
                rows = self.values["confusionMatrix"]["rows"] if self.index(row) >= 0 else []
                rows[self.index(row)]["row"][self.index(column)] = value

            def matrix(self, names, rows):
                if len(names) != len(rows):
                    raise ValueError("%d categories need as many rows, not %d" % (len(names), len(rows)))
                self.categories(names)
                for name, values in zip(names, rows):
                    self.row(name, values)


        class ClassificationMetrics(Artifact):
            schema_title = "system.ClassificationMetrics"

            @property
            def _curves(self):
                return _Curves(self.metadata)

            def log_roc_data_point(self, fpr, tpr, threshold):
                self._curves.point(fpr, tpr, threshold)

            def log_roc_curve(self, fpr, tpr, threshold):
                self._curves.curve(fpr, tpr, threshold)

            def set_confusion_matrix_categories(self, categories):
                self._curves.categories(categories)

            def log_confusion_matrix_row(self, row_category, row):
                self._curves.row(row_category, row)

            def log_confusion_matrix_cell(self, row_category, col_category, value):
                self._curves.cell(row_category, col_category, value)

            def log_confusion_matrix(self, categories, matrix):
                self._curves.matrix(categories, matrix)


        class SlicedClassificationMetrics(Artifact):
            schema_title = "system.SlicedClassificationMetrics"

            def _slice(self, name):
                slices = self.metadata.setdefault("evaluationSlices", [])
                for item in slices:
                    if item["slice"] == name:
                        return _Curves(item["sliceClassificationMetrics"])
                slices.append({"slice": name, "sliceClassificationMetrics": {}})
                return _Curves(slices[-1]["sliceClassificationMetrics"])

            def log_roc_reading(self, slice, threshold, tpr, fpr):
                self._slice(slice).point(fpr, tpr, threshold)

            def load_roc_readings(self, slice, readings):
                for threshold, tpr, fpr in readings:
                    self._slice(slice).point(fpr, tpr, threshold)

            def set_confusion_matrix_categories(self, slice, categories):
                self._slice(slice).categories(categories)

            def log_confusion_matrix_row(self, slice, row_category, row):
                self._slice(slice).row(row_category, row)

            def log_confusion_matrix_cell(self, slice, row_category, col_category, value):
                self._slice(slice).cell(row_category, col_category, value)

            def load_confusion_matrix(self, slice, categories, matrix):
                self._slice(slice).matrix(categories, matrix)


        class Input:
            """Input[Dataset]: an artifact that the function reads."""

            def __class_getitem__(cls, item):
                return item


        class Output:
            """Output[Model]: an artifact that the function writes to `path`."""

            def __class_getitem__(cls, item):
                return item


        class InputPath:
            """The path of an artifact that the function reads."""

            def __init__(self, type=None):
                self.type = type


        class OutputPath:
            """The path to which the function writes an artifact or a parameter's text."""

            def __init__(self, type=None):
                self.type = type


        def component(func=None, **settings):
            """Marks a function; it stays what it is."""
            return func if func is not None else lambda function: function


        def pipeline(func=None, **settings):
            """Marks a function; it stays what it is."""
            return func if func is not None else lambda function: function

        """##

    /// The module `kfp`, where there is none.
    static let kfp = ##"""
        """Stands in for kfp, which is not installed, for files that only import kfp.dsl."""
        from . import dsl

        """##

    /// The module `kfp.dsl`, where there is none.
    static let dsl = ##"""
        """The part of kfp.dsl that components use; the rest needs the real kfp."""
        from bancada import *


        def __getattr__(name):
            if name.startswith("_"):
                raise AttributeError(name)
            raise ImportError("kfp.dsl.%s needs kfp itself: add kfp to the task's requirements" % name)

        """##
}
