"""Methods about receiving updates and about the bot itself."""

import re
from typing import Any

from .errors import Unsupported, bad_request
from .office import Office, serves
from .updates import Webhook

Json = dict[str, Any]

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")

# -- receiving


@serves("getUpdates")
async def get_updates(office: Office, call: Json) -> list[Json]:
    """Long polling; ``allowed_updates`` stays until it is given again."""
    _allow(office, call)
    limit = min(max(call.get("limit", 100), 1), 100)
    return await office.mailbox.poll(call.get("offset", 0), limit, call.get("timeout", 0))


@serves("setWebhook")
async def set_webhook(office: Office, call: Json) -> bool:
    """Pushes updates to ``url``; an empty one takes the webhook away. HTTP is allowed, as on every local server."""
    url, secret = call["url"].strip(), call.get("secret_token")
    if secret is not None and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    if url and not url.startswith(("http://", "https://")):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if "certificate" in call or "ip_address" in call:
        raise Unsupported("a webhook with its own certificate or address")
    _allow(office, call)
    connections = min(max(call.get("max_connections", 40), 1), 100)
    webhook = Webhook(url, secret, connections) if url else None
    await office.mailbox.set_webhook(webhook, drop=call.get("drop_pending_updates", False))
    return True


@serves("deleteWebhook")
async def delete_webhook(office: Office, call: Json) -> bool:
    """Back to getUpdates."""
    await office.mailbox.set_webhook(None, drop=call.get("drop_pending_updates", False))
    return True


@serves("getWebhookInfo")
def get_webhook_info(office: Office, _: Json) -> Json:
    """How the webhook is doing."""
    mailbox, webhook = office.mailbox, office.mailbox.webhook
    info: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": len(mailbox)}
    if webhook is not None:
        info |= {"url": webhook.url, "max_connections": webhook.max_connections, "ip_address": "127.0.0.1"}
        if webhook.last_error is not None:
            info |= {"last_error_date": int(webhook.last_error_at), "last_error_message": webhook.last_error}
    if mailbox.allowed is not None:
        info["allowed_updates"] = sorted(mailbox.allowed)
    return info


def _allow(office: Office, call: Json) -> None:
    """Real servers pass over unknown kinds in silence; here a misspelt one is refused."""
    if "allowed_updates" not in call:
        return
    kinds = frozenset(call["allowed_updates"])
    if unknown := kinds - office.schema.update_kinds:
        raise bad_request(f"there are no updates of kind {', '.join(sorted(unknown))}")
    office.mailbox.allowed = kinds or None


# -- the bot itself


@serves("getMe")
def get_me(office: Office, _: Json) -> Json:
    """The bot as a user, with what only getMe tells."""
    flags = ("can_join_groups", "can_read_all_group_messages", "supports_guest_queries", "supports_inline_queries",
             "can_connect_to_business", "has_main_web_app", "has_topics_enabled", "allows_users_to_create_topics",
             "can_manage_bots", "supports_join_request_queries")  # fmt: skip
    return {**office.world.bot, **dict.fromkeys(flags, False), "can_join_groups": True}


@serves("logOut", "close")
def leave(_: Office, __: Json) -> bool:
    """Nothing to do for a server that is alone."""
    return True


@serves("setMyCommands", "deleteMyCommands")
def set_my_commands(office: Office, call: Json) -> bool:
    """Deleting is setting none."""
    office.profile.set_commands(call.get("commands", []), call.get("scope"), call.get("language_code", ""))
    office.world.touch()
    return True


@serves("getMyCommands")
def get_my_commands(office: Office, call: Json) -> list[Json]:
    """Exactly what was set for this scope and language."""
    return office.profile.commands_of(call.get("scope"), call.get("language_code", ""))


def _serve_profile_text(method: str, field: str) -> None:
    @serves(f"setMy{method}")
    def set_text(office: Office, call: Json) -> bool:
        office.profile.set_text(field, call.get(field, ""), call.get("language_code", ""))
        office.world.touch()
        return True

    @serves(f"getMy{method}")
    def get_text(office: Office, call: Json) -> Json:
        otherwise = office.world.bot["first_name"] if field == "name" else ""
        return {field: office.profile.text(field, call.get("language_code", "")) or otherwise}


_serve_profile_text("Name", "name")
_serve_profile_text("Description", "description")
_serve_profile_text("ShortDescription", "short_description")


@serves("setChatMenuButton")
def set_chat_menu_button(office: Office, call: Json) -> bool:
    """For one chat, or for all."""
    office.profile.menu_buttons[call.get("chat_id", 0)] = call.get("menu_button", {"type": "default"})
    return True


@serves("getChatMenuButton")
def get_chat_menu_button(office: Office, call: Json) -> Json:
    """Without anything set it is the list of commands."""
    buttons = office.profile.menu_buttons
    return buttons.get(call.get("chat_id", 0)) or buttons.get(0, {"type": "commands"})
