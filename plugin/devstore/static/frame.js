// The admin's side of the bridge: gives ID tokens, shows what the app asks to be shown.
"use strict";

const frame = document.getElementById("app");
const appOrigin = new URL(frame.src).origin;
const base = frame.dataset.base;

function tell(message) {
  frame.contentWindow.postMessage({ bridge: true, ...message }, appOrigin);
}

async function sendIdToken({ number }) {
  const answer = await fetch(frame.dataset.idToken, { method: "POST" });
  const { id_token: token } = await answer.json();
  tell({ type: "idToken", number, token });
}

function showToast({ text, error, milliseconds }) {
  const toast = document.getElementById("toast");
  toast.textContent = text;
  toast.classList.toggle("error", Boolean(error));
  toast.hidden = false;
  clearTimeout(showToast.timer);
  showToast.timer = setTimeout(() => { toast.hidden = true; }, milliseconds || 5000);
}

function showSaveBar({ visible, buttons }) {
  const room = document.getElementById("save-bar-buttons");
  room.replaceChildren(...buttons.map(saveBarButton));
  document.getElementById("save-bar").hidden = !visible;
}

function saveBarButton({ text, index, primary }) {
  const button = document.createElement("button");
  button.textContent = text;
  button.className = primary ? "" : "quiet";
  button.addEventListener("click", () => tell({ type: "saveBarClick", index }));
  return button;
}

function showNav({ links, path }) {
  const items = links.map(({ text, href, index }) => {
    const link = document.createElement("a");
    link.textContent = text;
    link.href = base + href;
    if (href.split("?")[0] === path) link.setAttribute("aria-current", "page");
    link.addEventListener("click", (event) => {
      event.preventDefault();
      tell({ type: "navClick", index });
    });
    return link;
  });
  document.getElementById("app-nav").replaceChildren(...items);
}

function follow({ path }) {
  history.replaceState(null, "", base + (path === "/" ? "" : path));
}

const handlers = {
  idToken: sendIdToken, toast: showToast, saveBar: showSaveBar, nav: showNav, location: follow,
};

window.addEventListener("message", (event) => {
  if (event.source !== frame.contentWindow || event.origin !== appOrigin) return;
  const handler = event.data?.bridge && handlers[event.data.type];
  if (handler) handler(event.data);
});

window.addEventListener("beforeunload", (event) => {
  if (!document.getElementById("save-bar").hidden) event.preventDefault();
});
