"""The domains' calculator, without the `eval` by which the wheel computes."""

import ast
import operator
from collections.abc import Callable, Mapping

_OPERATORS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}
_LONGEST = 500


def calculate(expression: str) -> str:
    """The value of a sum of numbers with `+ - * / ( )`, rounded to two places.

    Raises:
        ValueError: it is none, or longer than 500 characters.
        ZeroDivisionError: it divides by zero.

    >>> calculate("2 * (3 + 4) / 3")
    '4.67'
    """
    if len(expression) > _LONGEST or not set(expression) <= set("0123456789+-*/(). "):
        raise ValueError("Invalid characters in expression")
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, MemoryError, RecursionError) as error:
        raise ValueError("invalid syntax") from error
    return str(round(float(_value(tree)), 2))


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _value(operand)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _OPERATORS:
            return _OPERATORS[type(sign)](_value(left), _value(right))
    raise ValueError("Invalid expression")
