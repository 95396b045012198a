"""`mapproof completion`: a script that teaches a shell the commands and options, made from the parsers themselves."""

from __future__ import annotations

from argparse import _SubParsersAction
from typing import TYPE_CHECKING

from mapproof.commands.base import Outcome

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from mapproof.commands.base import Terminal


def arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.epilog = (
        "examples:\n"
        "  mapproof completion bash > ~/.local/share/bash-completion/completions/mapproof\n"
        '  mapproof completion zsh > "${fpath[1]}/_mapproof"\n'
        "  mapproof completion fish > ~/.config/fish/completions/mapproof.fish\n"
    )
    parser.add_argument("shell", choices=["bash", "zsh", "fish"], help="whose script to print")


def run(chosen: Namespace, _terminal: Terminal) -> Outcome:
    """The script."""
    words = _words()
    return Outcome({"bash": _bash, "zsh": _zsh, "fish": _fish}[chosen.shell](words))


def _words() -> dict[str, list[str]]:
    """What may follow ``mapproof``, each command, and each action of a command (``rules lint``)."""
    from mapproof.arguments import whole_parser

    found: dict[str, list[str]] = {}
    waiting = [("", whole_parser())]
    while waiting:
        name, parser = waiting.pop()
        options = sorted({option for action in parser._actions for option in action.option_strings})  # noqa: SLF001  argparse has no other way to tell
        inner: dict[str, ArgumentParser] = {}
        for action in parser._actions:  # noqa: SLF001  likewise
            if isinstance(action, _SubParsersAction):
                inner.update(action.choices)
            elif action.choices is not None and not action.option_strings:
                options += [str(choice) for choice in action.choices]
        found[name] = [*sorted(inner), *options]
        waiting += [(f"{name} {command}".strip(), each) for command, each in inner.items()]
    return dict(sorted(found.items()))


def _cases(words: dict[str, list[str]], indent: str) -> str:
    lines = [f"{indent}'{name}') words='{' '.join(each)}' ;;" for name, each in words.items()]
    return "\n".join(lines)


def _bash(words: dict[str, list[str]]) -> str:
    return f"""\
# bash completion for mapproof
_mapproof() {{
  local words="" current="${{COMP_WORDS[COMP_CWORD]}}" first="${{COMP_WORDS[1]}}" second="${{COMP_WORDS[2]}}" context=""
  [ "$COMP_CWORD" -gt 1 ] && context="$first"
  [ "$COMP_CWORD" -gt 2 ] && case " {_nested(words)} " in *" $first/$second "*) context="$first $second" ;; esac
  case "$context" in
{_cases(words, "    ")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ "$COMP_CWORD" -gt 1 ] && COMPREPLY+=($(compgen -f -- "$current"))
}}
complete -o filenames -F _mapproof mapproof
"""


def _zsh(words: dict[str, list[str]]) -> str:
    return f"""\
#compdef mapproof
# zsh completion for mapproof
_mapproof() {{
  local words_given=("${{words[@]}}") words context=""
  (( CURRENT > 2 )) && context="$words_given[2]"
  if (( CURRENT > 3 )); then
    local pair="$words_given[2]/$words_given[3]"
    case " {_nested(words)} " in *" $pair "*) context="${{pair/\\// }}" ;; esac
  fi
  case "$context" in
{_cases(words, "    ")}
  esac
  compadd -- ${{=words}}
  (( CURRENT > 2 )) && _files
}}
compdef _mapproof mapproof
"""


def _fish(words: dict[str, list[str]]) -> str:
    lines = ["# fish completion for mapproof"]
    for name, each in words.items():
        parts = name.split()
        if not parts:
            condition = "__fish_use_subcommand"
        else:
            condition = "; and ".join(f"__fish_seen_subcommand_from {part}" for part in parts)
        plain = " ".join(word for word in each if not word.startswith("-"))
        if plain:
            lines.append(f"complete -c mapproof -n '{condition}' -a '{plain}'")
        for word in each:
            if word.startswith("--"):
                lines.append(f"complete -c mapproof -n '{condition}' -l {word[2:]}")
            elif word.startswith("-"):
                lines.append(f"complete -c mapproof -n '{condition}' -s {word[1:]}")
    return "\n".join(lines) + "\n"


def _nested(words: dict[str, list[str]]) -> str:
    return " ".join(name.replace(" ", "/") for name in words if " " in name)
