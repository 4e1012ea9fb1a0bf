/// The program that reads signatures.
enum SignatureScript {
    /// Standard library only; Python 3.8 and later.
    static let text = ##"""
        """Prints what the functions of a Python file take and give, as one line of JSON. Reads the file from
        standard input and never runs it."""
        import ast
        import json
        import sys

        PARAMETERS = {
            "str": "STRING", "int": "NUMBER_INTEGER", "float": "NUMBER_DOUBLE", "bool": "BOOLEAN",
            "list": "LIST", "List": "LIST", "Sequence": "LIST", "dict": "STRUCT", "Dict": "STRUCT",
            "Mapping": "STRUCT",
        }
        ARTIFACTS = {
            "Artifact", "Dataset", "Model", "Metrics", "ClassificationMetrics",
            "SlicedClassificationMetrics", "HTML", "Markdown",
        }
        KNOWN = ("str, int, float, bool, list, dict, Input[...], Output[...], InputPath() or OutputPath(),"
                 " also Optional[...] of these")


        class Unclear(Exception):
            pass


        class Annotations:
            def __init__(self, tree):
                self.aliases, self.tuples = {}, {}
                for node in tree.body:
                    if isinstance(node, ast.ImportFrom):
                        for item in node.names:
                            if item.asname:
                                self.aliases[item.asname] = item.name
                for node in tree.body:
                    if isinstance(node, ast.ClassDef):
                        if any(self.name(base) == "NamedTuple" for base in node.bases):
                            self.tuples[node.name] = [
                                (item.target.id, item.annotation) for item in node.body
                                if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)]
                    elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                        if self.name(node.value.func) == "NamedTuple":
                            for target in node.targets:
                                if isinstance(target, ast.Name):
                                    self.tuples[target.id] = self.fields(node.value)

            def name(self, node):
                if isinstance(node, ast.Attribute):
                    return node.attr
                if isinstance(node, ast.Name):
                    return self.aliases.get(node.id, node.id)
                return None

            def resolved(self, node):
                """The annotation itself where it was written as a string."""
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    try:
                        return ast.parse(node.value, mode="eval").body
                    except SyntaxError:
                        raise Unclear("its annotation %r is no expression" % node.value)
                return node

            def arguments(self, node):
                inner = node.slice
                if type(inner).__name__ == "Index":
                    inner = inner.value
                return inner.elts if isinstance(inner, ast.Tuple) else [inner]

            def is_none(self, node):
                return isinstance(node, ast.Constant) and node.value is None

            def artifact(self, node):
                node = self.resolved(node)
                name = self.name(node)
                if name in ARTIFACTS:
                    return name
                raise Unclear("%s is no type of artifact, expected one of %s"
                              % (name or "its type", ", ".join(sorted(ARTIFACTS))))

            def port(self, node):
                node = self.resolved(node)
                if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
                    return self.either([node.left, node.right])
                if isinstance(node, ast.Subscript):
                    return self.subscript(node)
                if isinstance(node, ast.Call) and self.name(node.func) in ("InputPath", "OutputPath"):
                    return self.path(node)
                name = self.name(node)
                if name in ("InputPath", "OutputPath"):
                    return {"kind": "inputPath" if name == "InputPath" else "outputPath",
                            "type": "Artifact"}
                if name in PARAMETERS:
                    return {"kind": "parameter", "type": PARAMETERS[name]}
                if name in ARTIFACTS:
                    raise Unclear("write Input[%s] for one that is read, Output[%s] for one that is"
                                  " written" % (name, name))
                raise Unclear("its type %s is not known, expected %s" % (name or "expression", KNOWN))

            def either(self, choices):
                kept = [node for node in choices if not self.is_none(self.resolved(node))]
                if len(kept) != 1 or len(kept) == len(choices):
                    raise Unclear("its type has alternatives, expected one type, or one and None")
                return dict(self.port(kept[0]), optional=True)

            def subscript(self, node):
                name, inner = self.name(node.value), self.arguments(node)
                if name == "Optional":
                    return dict(self.port(inner[0]), optional=True)
                if name == "Union":
                    return self.either(inner)
                if name == "Annotated":
                    return self.port(inner[0])
                if name == "Literal":
                    return self.literal(inner)
                if name in ("Input", "Output"):
                    item = self.resolved(inner[0])
                    if isinstance(item, ast.Subscript) and self.name(item.value) in ("List", "list"):
                        if name == "Output":
                            raise Unclear("a list of artifacts can be read, not written")
                        return {"kind": "input", "list": True,
                                "type": self.artifact(self.arguments(item)[0])}
                    return {"kind": name.lower(), "type": self.artifact(item)}
                if name in PARAMETERS:
                    return {"kind": "parameter", "type": PARAMETERS[name]}
                raise Unclear("its type %s[...] is not known, expected %s" % (name or "expression", KNOWN))

            def literal(self, choices):
                values = [node.value for node in choices if isinstance(node, ast.Constant)]
                kinds = {type(value) for value in values}
                if len(values) != len(choices) or len(kinds) != 1 or kinds.pop() not in (str, int):
                    raise Unclear("Literal needs strings, or integers")
                kind = "STRING" if isinstance(values[0], str) else "NUMBER_INTEGER"
                return {"kind": "parameter", "type": kind, "choices": values}

            def path(self, node):
                is_input = self.name(node.func) == "InputPath"
                given = node.args + [item.value for item in node.keywords]
                if not given:
                    return {"kind": "inputPath" if is_input else "outputPath", "type": "Artifact"}
                kind = self.resolved(given[0])
                if self.name(kind) in PARAMETERS:
                    if is_input:
                        raise Unclear("InputPath takes a type of artifact; annotate a parameter with its"
                                      " type alone")
                    return {"kind": "outputParameter", "type": PARAMETERS[self.name(kind)]}
                return {"kind": "inputPath" if is_input else "outputPath", "type": self.artifact(kind)}

            def fields(self, call):
                """The names and types in NamedTuple('N', [('a', int)]) or NamedTuple('N', a=int)."""
                found = [(item.arg, item.value) for item in call.keywords if item.arg != "fields"]
                lists = call.args[1:2] + [item.value for item in call.keywords if item.arg == "fields"]
                for items in lists:
                    if not isinstance(items, (ast.List, ast.Tuple)):
                        raise Unclear("the fields of its NamedTuple are not written out")
                    for item in items.elts:
                        if not (isinstance(item, (ast.Tuple, ast.List)) and len(item.elts) == 2
                                and isinstance(item.elts[0], ast.Constant)):
                            raise Unclear("a field of its NamedTuple is no ('name', type)")
                        found.append((item.elts[0].value, item.elts[1]))
                return found

            def returned(self, node):
                """The outputs that a function returns, and whether they are one value without a name."""
                node = self.resolved(node) if node is not None else None
                if node is None or self.is_none(node):
                    return [], False
                fields = None
                if isinstance(node, ast.Call) and self.name(node.func) == "NamedTuple":
                    fields = self.fields(node)
                elif isinstance(node, ast.Name) and node.id in self.tuples:
                    fields = self.tuples[node.id]
                if fields is None:
                    return [{"name": "Output", "type": self.result(node)}], True
                if not fields:
                    raise Unclear("its NamedTuple has no fields with types")
                return [{"name": name, "type": self.result(kind)} for name, kind in fields], False

            def result(self, node):
                node = self.resolved(node)
                name = self.name(node.value if isinstance(node, ast.Subscript) else node)
                if name in ARTIFACTS or name == "Output":
                    raise Unclear("artifacts are not returned but written: take a parameter such as"
                                  " `result: Output[%s]` and write to result.path"
                                  % (name if name in ARTIFACTS else "Dataset"))
                if name in ("Tuple", "tuple"):
                    raise Unclear("several results need names: return a NamedTuple")
                port = self.port(node)
                if port["kind"] != "parameter" or port.get("optional"):
                    raise Unclear("its result is not one of str, int, float, bool, list, dict")
                return port["type"]


        def plain(value):
            """The value with lists for tuples; refuses what JSON cannot say."""
            if isinstance(value, (list, tuple)):
                return [plain(item) for item in value]
            if isinstance(value, dict):
                if not all(isinstance(key, str) for key in value):
                    raise Unclear("its default has keys that are no strings")
                return {key: plain(item) for key, item in value.items()}
            if isinstance(value, float) and (value != value or value in (float("inf"), -float("inf"))):
                raise Unclear("its default is no finite number")
            if value is None or isinstance(value, (str, int, float, bool)):
                return value
            raise Unclear("its default is of a type that JSON does not have")


        def port(annotations, argument, default):
            if argument.annotation is None:
                raise Unclear("it has no type, expected %s" % KNOWN)
            result = dict(annotations.port(argument.annotation), name=argument.arg)
            if default is None:
                return result
            try:
                value = ast.literal_eval(default)
            except (ValueError, TypeError, SyntaxError):
                raise Unclear("its default is computed, expected a plain value")
            result["optional"] = True
            if value is not None:
                if result["kind"] != "parameter":
                    raise Unclear("an artifact has no default but None")
                result["default"] = plain(value)
            return result


        def packages(annotations, function):
            """What the decorator asks to be installed."""
            for decorator in function.decorator_list:
                if isinstance(decorator, ast.Call) and annotations.name(decorator.func) == "component":
                    for item in decorator.keywords:
                        if item.arg == "packages_to_install" and not annotations.is_none(item.value):
                            try:
                                value = ast.literal_eval(item.value)
                            except ValueError:
                                value = None
                            if not (isinstance(value, (list, tuple))
                                    and all(isinstance(name, str) for name in value)):
                                raise Unclear("packages_to_install is not a plain list of strings")
                            return list(value)
            return []


        def described(annotations, function):
            if isinstance(function, ast.AsyncFunctionDef):
                return {"problem": "it is async; expected a plain function"}
            arguments = function.args
            if arguments.vararg or arguments.kwarg:
                return {"problem": "it takes * or ** parameters; name each of them"}
            plain_ones = getattr(arguments, "posonlyargs", []) + arguments.args
            defaults = [None] * (len(plain_ones) - len(arguments.defaults)) + arguments.defaults
            pairs = list(zip(plain_ones, defaults)) + list(zip(arguments.kwonlyargs,
                                                               arguments.kw_defaults))
            ports = []
            for argument, default in pairs:
                try:
                    ports.append(port(annotations, argument, default))
                except Unclear as problem:
                    return {"problem": 'parameter "%s": %s' % (argument.arg, problem)}
            try:
                returns, single = annotations.returned(function.returns)
                wanted = packages(annotations, function)
            except Unclear as problem:
                return {"problem": str(problem)}
            return {"ports": ports, "returns": returns, "single": single, "packages": wanted,
                    "positional": [item.arg for item in getattr(arguments, "posonlyargs", [])],
                    "description": (ast.get_docstring(function) or "").strip().split("\n")[0]}


        def main():
            try:
                tree = ast.parse(sys.stdin.buffer.read())
            except SyntaxError as problem:
                return {"problem": "line %s: %s" % (problem.lineno or 1, problem.msg)}
            except (ValueError, RecursionError) as problem:
                return {"problem": str(problem)}
            try:
                annotations = Annotations(tree)
            except Unclear as problem:
                return {"problem": str(problem)}
            functions = {}
            for node in tree.body:
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    functions[node.name] = dict(described(annotations, node), line=node.lineno)
            return {"functions": functions}


        print(json.dumps(main()))

        """##
}
