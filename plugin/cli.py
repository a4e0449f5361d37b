"""`evenhand`: one door to every command, each of which is loaded when it is asked for.

The development store needs nothing of the app, nor the app of the store: whoever
starts one does not wait for the other.
"""

from __future__ import annotations

from importlib import import_module

import click

# Where each command is, as `module:attribute`.
COMMANDS = {
    "db": "plugin.db_cli:db",
    "demo": "plugin.demo.cli:demo",
    "devstore": "plugin.devstore.cli:devstore",
    "doctor": "plugin.ops_cli:doctor",
    "law": "plugin.law_cli:law",
    "policy": "plugin.policy_cli:policy",
    "privacy": "plugin.ops_cli:privacy",
    "renew-tokens": "plugin.keys_cli:renew_tokens",
    "replay": "plugin.ops_cli:replay_command",
    "rotate-keys": "plugin.keys_cli:rotate_keys",
    "serve": "plugin.serve_cli:serve",
    "shops": "plugin.ops_cli:shops",
    "worker": "plugin.serve_cli:worker",
}


class Commands(click.Group):
    """A group whose commands are known by name, and imported one by one."""

    def list_commands(self, _: click.Context) -> list[str]:
        """List every command by its name."""
        return sorted(COMMANDS)

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command; None where no such is known."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name].split(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is asked for; of one that is not known, the nearest."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            # Else the nearest would be looked for among those that are loaded.
            raise click.exceptions.NoSuchCommand(
                error.command_name, possibilities=COMMANDS, ctx=ctx
            ) from None


@click.group(cls=Commands)
def main() -> None:
    """Decide refund requests by the merchant's policy under the customer's law."""
