// Stands in for App Bridge inside the development store: ID tokens, scopes, save bar, toast, navigation.
"use strict";

(() => {
  const LAUNCH = ["embedded", "hmac", "host", "id_token", "locale", "session", "shop", "timestamp"];
  const RETRY = "X-Shopify-Retry-Invalid-Session-Request";
  const adminOrigin = new URL(document.currentScript.src).origin;
  const waiting = new Map();
  let lastNumber = 0;

  function tell(message) {
    if (window.parent !== window) window.parent.postMessage({ bridge: true, ...message }, adminOrigin);
  }

  function idToken() {
    if (window.parent === window) return Promise.reject(new Error("open the app inside the admin"));
    const number = ++lastNumber;
    return new Promise((resolve) => {
      waiting.set(number, resolve);
      tell({ type: "idToken", number });
    });
  }

  // The admin asks the merchant; what it cannot do makes the promise fail.
  function askScopes(act, scopes = []) {
    if (window.parent === window) return Promise.reject(new Error("open the app inside the admin"));
    const number = ++lastNumber;
    return new Promise((resolve, reject) => {
      waiting.set(number, ({ answer, error }) => (error ? reject(new Error(error)) : resolve(answer)));
      tell({ type: "scopes", number, act, scopes });
    });
  }

  // Fetches of the app's own addresses carry a fresh token.
  const plainFetch = window.fetch.bind(window);

  async function fetchWithToken(input, init = {}) {
    const address = new URL(input instanceof Request ? input.url : input, document.baseURI);
    if (address.origin !== window.location.origin) return plainFetch(input, init);
    const answer = await send(input, init);
    const stale = answer.status === 401 && answer.headers.get(RETRY) === "1";
    return stale ? send(input, init) : answer;
  }

  async function send(input, init) {
    const given = input instanceof Request ? input.clone() : input;
    const headers = new Headers(init.headers ?? (given instanceof Request ? given.headers : undefined));
    if (!headers.has("Authorization")) headers.set("Authorization", `Bearer ${await idToken()}`);
    return plainFetch(given, { ...init, headers });
  }

  // The save bar lives in the admin; its buttons are children of <ui-save-bar>.
  class SaveBar extends HTMLElement {
    connectedCallback() {
      this.style.display = "none";
    }

    disconnectedCallback() {
      if (this.showing) this.hide();
    }

    show() {
      this.showing = true;
      shown = this;
      const buttons = [...this.querySelectorAll("button")].map((button, index) => ({
        text: button.textContent.trim() || (isPrimary(button) ? "Save" : "Discard"),
        index,
        primary: isPrimary(button),
      }));
      tell({ type: "saveBar", visible: true, buttons });
      this.dispatchEvent(new CustomEvent("show"));
    }

    hide() {
      this.showing = false;
      if (shown === this) tell({ type: "saveBar", visible: false, buttons: [] });
      this.dispatchEvent(new CustomEvent("hide"));
    }

    toggle() {
      return this.showing ? this.hide() : this.show();
    }
  }

  let shown = null;

  function isPrimary(button) {
    return button.getAttribute("variant") === "primary";
  }

  const saveBar = Object.fromEntries(["show", "hide", "toggle"].map((action) => [
    action,
    async (id) => document.getElementById(id)?.[action]?.(),
  ]));

  // The app's navigation is shown in the admin; a click there clicks the link here.
  class AppNav extends HTMLElement {
    connectedCallback() {
      this.style.display = "none";
      new MutationObserver(tellNav).observe(this, { childList: true, subtree: true });
      tellNav();
    }
  }

  function navLinks() {
    return [...document.querySelectorAll("s-app-nav [href]")].filter((link) => link.rel !== "home");
  }

  function tellNav() {
    const links = navLinks().map((link, index) => ({
      text: link.textContent.trim(), href: link.getAttribute("href"), index,
    }));
    tell({ type: "nav", links, path: window.location.pathname });
  }

  function clickNav(index) {
    const link = navLinks()[index];
    if (!(link instanceof HTMLAnchorElement)) {
      link?.addEventListener("click", (event) => {
        if (!event.defaultPrevented) window.location.assign(link.getAttribute("href"));
      }, { once: true });
    }
    link?.click();
  }

  // The admin's address follows the app's.
  function tellLocation() {
    const address = new URL(window.location.href);
    LAUNCH.forEach((name) => address.searchParams.delete(name));
    tell({ type: "location", path: address.pathname + address.search + address.hash });
    tellNav();
  }

  for (const name of ["pushState", "replaceState"]) {
    const plain = history[name].bind(history);
    history[name] = (...values) => { plain(...values); tellLocation(); };
  }
  window.addEventListener("popstate", tellLocation);

  const handlers = {
    idToken({ number, token }) {
      waiting.get(number)?.(token);
      waiting.delete(number);
    },
    scopes({ number, ...said }) {
      waiting.get(number)?.(said);
      waiting.delete(number);
    },
    saveBarClick({ index }) { shown?.querySelectorAll("button")[index]?.click(); },
    navClick({ index }) { clickNav(index); },
  };

  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || event.origin !== adminOrigin) return;
    if (event.data?.bridge) handlers[event.data.type]?.(event.data);
  });

  // A bounce page: come back with a token, and only to an address of our own.
  async function reload(path) {
    const target = new URL(path, window.location.origin);
    if (target.origin !== window.location.origin) return;
    target.searchParams.set("id_token", await idToken());
    window.location.replace(target);
  }

  window.fetch = fetchWithToken;
  window.shopify = {
    config: { apiKey: document.querySelector('meta[name="shopify-api-key"]')?.content },
    idToken,
    scopes: {
      query: () => askScopes("query"),
      request: (scopes) => askScopes("request", scopes),
      revoke: (scopes) => askScopes("revoke", scopes),
    },
    saveBar,
    toast: {
      show(text, { isError = false, duration } = {}) {
        tell({ type: "toast", text, error: isError, milliseconds: duration });
      },
    },
  };
  customElements.define("ui-save-bar", SaveBar);
  customElements.define("s-app-nav", AppNav);

  const bounce = new URLSearchParams(window.location.search).get("shopify-reload");
  if (bounce) reload(bounce);
  else tellLocation();
})();
