import pytest

from agentic_gym.blocks import Block, BlockKind, blocks, write_arguments


def kinds(*pieces):
    return [(str(block.kind), block.text) if isinstance(block, Block) else block for block in blocks(pieces)]


def test_pictures_stand_where_they_stood():
    assert kinds(
        "<tool_response>\nfirst\n", 1, "\n</tool_response>\n<tool_response>", 2, "second</tool_response>"
    ) == [
        ("result", "first"),
        1,
        2,
        ("result", "second"),
    ]


def test_text_outside_of_tags_and_an_unclosed_tag():
    assert kinds("Hello <think>hm</think> there <answer>7") == [
        ("text", "Hello"),
        ("thought", "hm"),
        ("text", "there"),
        ("answer", "7"),
    ]


def test_code_may_speak_of_tags():
    code = "<python>print('<answer>1</answer>')</python>"
    assert blocks([code]) == [Block(BlockKind.CALL, "print('<answer>1</answer>')", "python")]


@pytest.mark.parametrize(
    "text", ["<tool_call>not json</tool_call>", "<tool>not a list(</tool>", "<code>no fence</code>"]
)
def test_a_call_that_cannot_be_read_is_shown_as_it_is(text):
    (block,) = blocks([text])
    assert block.kind is BlockKind.CALL
    assert block.label == ""
    assert block.text in text


def test_several_calls_of_one_block():
    assert [block.label for block in blocks(['<tool>[add(a=1), search(query="x")]</tool>'])] == [
        "add",
        "search",
    ]


def test_a_thought_may_have_begun_in_the_chat_template():
    assert kinds("I look.</think>So</answer>") == [("thought", "I look."), ("text", "So</answer>")]


def test_arguments_are_written_for_a_reader():
    assert write_arguments({}) == ""
    assert write_arguments({"query": "a\nb", "page": 2}) == "query: a\nb\npage: 2"
    assert write_arguments({"code": 7}) == "7"
