/// The program that calls a function.
enum LauncherScript {
    /// Standard library only; Python 3.8 and later.
    static let text = ##"""
        """Runs one function of a Python file as a component: launcher.py PLAN.json."""
        import importlib
        import importlib.util
        import json
        import math
        import os
        import shutil
        import sys
        import traceback


        class Problem(Exception):
            """What the person who wrote the function can mend."""


        def classes(plan):
            """Where the classes of artifacts come from: what the file itself imported."""
            if "kfp.dsl" in sys.modules:
                return sys.modules["kfp.dsl"]
            return importlib.import_module("bancada")


        def artifact(module, kind, described):
            result = getattr(module, kind)(
                name=described.get("name", ""), uri=described["uri"],
                metadata=dict(described.get("metadata") or {}))
            return result


        def converted(value, port):
            """A parameter's value as its type has it."""
            if value is None:
                return None
            kind = port["type"]
            if kind == "NUMBER_DOUBLE":
                value = float(value)
            elif kind == "NUMBER_INTEGER" and isinstance(value, float) and value.is_integer():
                value = int(value)
            if port.get("choices") and value not in port["choices"]:
                raise Problem("%s is %r, expected one of %s" % (
                    port["name"], value, ", ".join(map(repr, port["choices"]))))
            return value


        def arguments(plan, given, module):
            values = given["inputs"]["parameterValues"]
            inputs = given["inputs"]["artifacts"]
            outputs = given["outputs"]["artifacts"]
            files = given["outputs"]["parameters"]
            result, written = {}, {}
            for port in plan["ports"]:
                name, kind = port["name"], port["kind"]
                if kind == "parameter":
                    if name in values:
                        result[name] = converted(values[name], port)
                    elif port.get("optional") and "default" not in port:
                        result[name] = None
                    continue
                if kind in ("input", "inputPath"):
                    found = inputs.get(name, {}).get("artifacts", [])
                    if not found:
                        result[name] = [] if port.get("list") else None
                    elif kind == "inputPath":
                        result[name] = found[0]["uri"]
                    else:
                        made = [artifact(module, port["type"], item) for item in found]
                        result[name] = made if port.get("list") else made[0]
                    continue
                if kind == "outputParameter":
                    result[name] = files[name]["outputFile"]
                    continue
                described = outputs[name]["artifacts"][0]
                written[name] = (artifact(module, port["type"], described), described["uri"], port)
                result[name] = described["uri"] if kind == "outputPath" else written[name][0]
            return result, written


        def plain(value, what):
            """The value as JSON has it; numbers of numpy and others become Python's."""
            if value is None or isinstance(value, (str, bool)):
                return value
            if isinstance(value, int):
                return int(value)
            if isinstance(value, float):
                if math.isfinite(value):
                    return float(value)
                return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
            if isinstance(value, dict):
                for key in value:
                    if not isinstance(key, str):
                        raise Problem("%s has the key %r, expected strings" % (what, key))
                return {key: plain(item, what) for key, item in value.items()}
            if isinstance(value, (list, tuple)):
                return [plain(item, what) for item in value]
            for convert in ("item", "tolist"):
                if hasattr(value, convert):
                    try:
                        converted = getattr(value, convert)()
                    except (TypeError, ValueError):
                        continue
                    if type(converted) is not type(value):
                        return plain(converted, what)
            raise Problem("%s holds a %s, which JSON does not have" % (what, type(value).__name__))


        TYPES = {"STRING": str, "NUMBER_INTEGER": int, "NUMBER_DOUBLE": (int, float), "BOOLEAN": bool,
                 "LIST": list, "STRUCT": dict}
        WORDS = {"STRING": "str", "NUMBER_INTEGER": "int", "NUMBER_DOUBLE": "float", "BOOLEAN": "bool",
                 "LIST": "list", "STRUCT": "dict"}


        def result(value, declared):
            name, kind = declared["name"], declared["type"]
            answer = plain(value, 'output "%s"' % name)
            infinite = kind == "NUMBER_DOUBLE" and isinstance(value, float) and isinstance(answer, str)
            if not infinite and (not isinstance(answer, TYPES[kind])
                                 or (isinstance(answer, bool) and kind != "BOOLEAN")):
                raise Problem('output "%s" is a %s, its annotation says %s'
                              % (name, type(value).__name__, WORDS[kind]))
            return float(answer) if kind == "NUMBER_DOUBLE" and not infinite else answer


        def returned(plan, value):
            declared = plan["returns"]
            if not declared:
                return {}
            if plan["single"]:
                return {declared[0]["name"]: result(value, declared[0])}
            if isinstance(value, dict):
                parts = value
            elif hasattr(value, "_asdict"):
                parts = value._asdict()
            elif isinstance(value, tuple) and len(value) == len(declared):
                parts = dict(zip([item["name"] for item in declared], value))
            else:
                raise Problem("it returned a %s, its annotation says a NamedTuple of %s" % (
                    type(value).__name__, ", ".join(item["name"] for item in declared)))
            for item in declared:
                if item["name"] not in parts:
                    raise Problem('it did not return "%s"' % item["name"])
            return {item["name"]: result(parts[item["name"]], item) for item in declared}


        def copied(source, target):
            if os.path.isdir(source):
                shutil.copytree(source, target, dirs_exist_ok=True)
            else:
                shutil.copyfile(source, target)


        def kept(name, item):
            """The artifact as it was left, its bytes at the path it was given."""
            made, path, port = item
            metadata = plain(dict(made.metadata), 'the metadata of "%s"' % name)
            for other in (getattr(made, "custom_path", None), getattr(made, "uri", None)):
                if other and os.path.abspath(other) != os.path.abspath(path) and os.path.exists(other):
                    copied(other, path)
            if not os.path.lexists(path):
                if "Metrics" not in port["type"]:
                    raise Problem('output "%s" was not written to its path' % name)
                # Metrics are in the metadata; the file shows them.
                with open(path, "w", encoding="utf-8") as file:
                    json.dump(metadata, file, indent=1)
            return {"artifacts": [{"name": name, "uri": path, "metadata": metadata,
                                   "type": {"schemaTitle": "system." + port["type"]}}]}


        def load(plan):
            name = os.path.splitext(os.path.basename(plan["file"]))[0]
            specification = importlib.util.spec_from_file_location(name, plan["file"])
            module = importlib.util.module_from_spec(specification)
            sys.modules[name] = module
            specification.loader.exec_module(module)
            function = getattr(module, plan["function"], None)
            # What a decorator of the real kfp has made of it.
            return getattr(function, "python_func", function)


        def run(plan):
            with open(plan["input"], encoding="utf-8") as file:
                given = json.load(file)
            function = load(plan)
            if not callable(function):
                raise Problem("it is no function once the file has been imported")
            passed, written = arguments(plan, given, classes(plan))
            first = [passed.pop(name) for name in plan["positional"] if name in passed]
            value = function(*first, **passed)
            answer = {"parameterValues": returned(plan, value),
                      "artifacts": {name: kept(name, item) for name, item in written.items()}}
            with open(plan["output"], "w", encoding="utf-8") as file:
                json.dump(answer, file)


        def main():
            with open(sys.argv[1], encoding="utf-8") as file:
                plan = json.load(file)
            # In place of the launcher's own folder; at the end, so that an installed kfp comes first.
            sys.path[0:1] = plan["folders"]
            sys.path.append(plan["modules"])
            sys.argv = [plan["file"]]
            try:
                run(plan)
                return 0
            except Problem as problem:
                message = str(problem)
            except SystemExit as problem:
                message = "it called sys.exit(%s)" % ("" if problem.code is None else problem.code)
            except BaseException as problem:
                frames = problem.__traceback__
                while frames is not None and frames.tb_frame.f_code.co_filename == __file__:
                    frames = frames.tb_next
                while frames is not None and frames.tb_frame.f_code.co_filename.startswith("<frozen imp"):
                    frames = frames.tb_next
                traceback.print_exception(type(problem), problem, frames)
                lines = "".join(traceback.format_exception_only(type(problem), problem))
                message = lines.strip().split("\n")[-1]
            print(message, file=sys.stderr)
            with open(plan["failure"], "w", encoding="utf-8", errors="replace") as file:
                file.write(message)
            return 1


        if __name__ == "__main__":
            code = main()
            sys.stdout.flush()
            sys.exit(code)

        """##
}
