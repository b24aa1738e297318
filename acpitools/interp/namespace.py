"""The namespace: paths and what they name.  Spec: ACPI 6.5, 5.3 and 5.7.  ACPICA: acpi_ns_root_initialize."""

from __future__ import annotations

from acpitools.aml.encoding import NameString
from acpitools.aml.names import declared_path, path_text, places
from acpitools.core.errors import AmlNotFound, AmlRuntimeError, AmlUnresolved
from acpitools.interp.exceptions import AE_ALREADY_EXISTS
from acpitools.interp.objects import Integer, Mutex, Node, Object, Plain, String

__all__ = ["Namespace"]

_SCOPES = (b"_GPE", b"_PR_", b"_SB_", b"_SI_", b"_TZ_")


class Namespace:
    """All names of one machine."""

    def __init__(self) -> None:
        self.asked: set[bytes] = set()
        """Interfaces that _OSI was asked for, of those that it has."""
        self.version = 0
        """Changes with the names."""
        self.nodes: dict[bytes, Node] = {b"": Node(Plain("device"), b"")}
        """Path -> node; an alias shares the node of what it stands for."""
        for path in _SCOPES:
            self.nodes[path] = Node(Plain("thermal zone" if path == b"_TZ_" else "device"), path)
        self.nodes[b"_REV"] = Node(Integer(0), b"_REV")
        self.nodes[b"_OS_"] = Node(String(bytearray()), b"_OS_")
        self.nodes[b"_GL_"] = Node(Mutex(0), b"_GL_")

    def find(self, scope: bytes, name: NameString) -> Node | None:
        """Give what a name means in a scope, or None."""
        for path in places(scope, name):
            node = self.nodes.get(path)
            if node is not None:
                return node
        return None

    def get(self, scope: bytes, name: NameString, where: str = "", exception: int | None = None) -> Node:
        """Give what a name means in a scope.  Raises AmlNotFound."""
        node = self.find(scope, name)
        if node is None:
            raise AmlNotFound(
                path_text(declared_path(scope, name)), where, "there is no such object", exception=exception
            )
        return node

    def operand(self, scope: bytes, name: NameString, where: str = "", exception: int | None = None) -> Node:
        """Give what a name among operands means in a scope.  Raises AmlUnresolved."""
        node = self.find(scope, name)
        if node is None:
            path = path_text(declared_path(scope, name))
            raise AmlUnresolved(path, where, "there is no such object", exception=exception)
        return node

    def add(self, scope: bytes, name: NameString, item: Object) -> Node:
        """Declare a name.  Raises AmlRuntimeError where it is there already, AmlNotFound without its parent."""
        path = declared_path(scope, name)
        if path in self.nodes:
            raise AmlRuntimeError(path_text(path), "", "it is declared already", exception=AE_ALREADY_EXISTS)
        if path[:-4] not in self.nodes:
            raise AmlNotFound(path_text(path[:-4]), "", f"{path_text(path)} cannot be declared in it")
        node = Node(item, path)
        self.put(path, node)
        return node

    def put(self, path: bytes, node: Node) -> None:
        """Have a path name a node."""
        self.version += 1
        self.nodes[path] = node

    def remove(self, path: bytes) -> None:
        """Take a name away."""
        self.version += 1
        self.nodes.pop(path, None)
