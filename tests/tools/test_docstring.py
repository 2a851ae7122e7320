from agentic_gym.tools.docstring import read_docstring


def test_description_is_summary_and_body_without_sections() -> None:
    read = read_docstring(
        """Finds a thing.

        It looks
        everywhere.

        Args:
            what: A thing: anything.
            where (str): Here,
                there.

                Or elsewhere.

        Returns:
            what: not an argument.
        """
    )
    assert read.description == "Finds a thing.\nIt looks everywhere."
    assert read.arguments == {"what": "A thing: anything.", "where": "Here, there. Or elsewhere."}


def test_a_docstring_without_arguments_has_none() -> None:
    assert read_docstring("Waits.\n\nNote: for long.").arguments == {}
    assert read_docstring("").description == ""
