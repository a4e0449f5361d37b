"""A tiny app to show in the store's frame."""

from __future__ import annotations

import threading

from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as Redirect

from plugin.devstore.server import bind

OPTIONAL = "read_shopify_payments_disputes"
HEAD = """<!doctype html><meta charset="utf-8">
<meta name="shopify-api-key" content="evenhand-development">
<script src="{store}/app-bridge.js"></script>"""
PAGE = """
<s-app-nav><a href="/settings">Settings</a><a href="/cases">Cases</a></s-app-nav>
<ui-save-bar id="policy"><button variant="primary" onclick="note('saved')"></button>
<button onclick="note('discarded')"></button></ui-save-bar>
<h1>{path}</h1><p id="notes"></p>
<button onclick="shopify.saveBar.show('policy')">Change</button>
<button onclick="shopify.toast.show('Policy saved')">Toast</button>
<button onclick="call()">Call</button>
<button onclick="ask('{optional}')">Ask</button>
<button onclick="ask('write_themes')">Ask for what is not declared</button>
<button onclick="back('{optional}')">Give back</button>
<button onclick="back('write_orders')">Give back what is needed</button>
<button onclick="list()">List</button>
<script>
function note(text) {{ document.getElementById("notes").append(text + " "); }}
function told(work) {{
  work.then((said) => note(said), () => note("failed"));
}}
function ask(scope) {{
  told(shopify.scopes.request([scope]).then((said) => said.result));
}}
function back(scope) {{
  told(shopify.scopes.revoke([scope]).then((said) =>
    `left ${{said.detail.granted.length}}`));
}}
function list() {{
  told(shopify.scopes.query().then((said) =>
    `${{said.required.length}} ${{said.optional.length}} ${{said.granted.length}}`));
}}
async function call() {{ note((await (await fetch("/api")).text())); }}
</script>"""


class EmbeddedApp:
    """Pages that use the bridge, and what they sent."""

    def __init__(self) -> None:
        self.store_url = ""
        self.tokens: list[str] = []
        self.launches: list[dict[str, str]] = []
        self._server = bind(self._routes())
        serve = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )
        serve.start()

    @property
    def url(self) -> str:
        """Where the app runs."""
        return f"http://127.0.0.1:{self._server.port}"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    def _routes(self) -> Flask:
        app = Flask(__name__)
        app.add_url_rule("/api", view_func=self._api)
        app.add_url_rule("/bounce", view_func=self._bounce)
        app.add_url_rule("/webhooks", view_func=lambda: "", methods=["POST"])
        app.add_url_rule("/", view_func=self._page, defaults={"path": ""})
        app.add_url_rule("/<path>", view_func=self._page)
        return app

    def _page(self, path: str) -> str | Redirect:
        if "id_token" not in request.args:
            return redirect(f"/bounce?shopify-reload=/{path}")
        self.launches.append(request.args.to_dict())
        return HEAD.format(store=self.store_url) + PAGE.format(
            path=f"/{path}", optional=OPTIONAL
        )

    def _bounce(self) -> str:
        return HEAD.format(store=self.store_url)

    def _api(self) -> Response:
        self.tokens.append(request.headers.get("Authorization", ""))
        if len(self.tokens) == 1:
            retry = {"X-Shopify-Retry-Invalid-Session-Request": "1"}
            return Response("stale", 401, headers=retry)
        return Response("answered")
