// The chat page: shows what the sandbox tells over server-sent events, and says what people do.
import { fill } from "/text.js";

const $ = (id) => document.getElementById(id);
const state = { people: [], chats: new Map(), commands: [], bot: {}, me: 0, open: 0, thread: 0, unread: new Map() };
const SUGGESTIONS = ["/start", "/subscribe Poutine", "/topics", "/latest"];

const make = (tag, className = "", text = "") => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
};
const nameOf = (who) =>
  [who.title, who.first_name, who.last_name].filter(Boolean).join(" ") || `Chat ${who.id}`;
const clock = (seconds) =>
  new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
const isMine = (message) => message.from?.id === state.me;

async function act(action, body) {
  const answer = await fetch(`/sandbox/${action}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const result = await answer.json();
  if (!answer.ok) toast(result.error ?? "That did not work.");
  return answer.ok ? result : null;
}

let toastTimer = 0;
function toast(text) {
  $("toast").textContent = text;
  $("toast").classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => $("toast").classList.remove("shown"), 4000);
}

// What is there.

function take(whole) {
  state.people = whole.people;
  state.bot = whole.bot;
  state.commands = commandsOf(whole.commands);
  state.chats = new Map(whole.chats.map((chat) => [chat.id, chat]));
  state.me = state.people.some((person) => person.id === state.me) ? state.me : whole.owner;
  if (!visibleChats().some((chat) => chat.id === state.open)) state.open = state.me;
  $("person").replaceChildren(
    ...state.people.map((person) => new Option(nameOf(person), person.id, false, person.id === state.me)),
  );
  draw();
}

const commandsOf = (sets) =>
  (Array.isArray(sets) ? sets : Object.values(sets ?? {})).flatMap((set) => set.commands ?? set);

const visibleChats = () =>
  [...state.chats.values()].filter((chat) =>
    chat.type === "private"
      ? chat.id === state.me
      : !["left", "kicked", undefined].includes(chat.members?.[state.me]),
  );

function draw() {
  drawChats();
  drawChat();
}

function avatar(element, chat) {
  const shown = chat.type === "private" ? state.bot : chat;
  element.textContent = [...nameOf(shown)][0] ?? "?";
  element.dataset.tone = Math.abs(shown.id) % 6;
  return element;
}

const titleOf = (chat) => (chat.type === "private" ? nameOf(state.bot) : nameOf(chat));

// A topic of a forum is a place of its own; 0 is what is said outside of topics.
const threadsOf = (chat) => (chat.is_forum ? [{ id: 0, name: "General" }, ...(chat.threads ?? [])] : [{ id: 0 }]);
const threadOf = (message) => (message.is_topic_message ? message.message_thread_id : 0);
const saidIn = (chat, thread) =>
  chat.is_forum ? chat.messages.filter((message) => threadOf(message) === thread) : chat.messages;
const place = (chat, thread) => `${chat}/${thread}`;

function drawChats() {
  $("chats").replaceChildren(
    ...visibleChats().flatMap((chat) => threadsOf(chat).map((thread) => [chat, thread])).map(([chat, thread]) => {
      const open = chat.id === state.open && thread.id === state.thread;
      const row = make("button", open ? "chat open" : "chat");
      const last = saidIn(chat, thread.id).at(-1);
      const lines = make("span", "lines");
      const title = make("b", "", titleOf(chat));
      if (thread.name) title.append(make("small", "topic", ` ${thread.name}`));
      lines.append(title, make("small", "", last ? summary(last) : "No messages yet"));
      const right = make("span", "right");
      if (last) right.append(make("small", "", clock(last.date)));
      const unread = state.unread.get(place(chat.id, thread.id)) ?? 0;
      if (unread) right.append(make("i", "unread", String(unread)));
      row.append(avatar(make("span", "avatar"), chat), lines, right);
      row.onclick = () => show(chat.id, thread.id);
      return row;
    }),
  );
}

const summary = (message) =>
  message.text ?? message.caption ?? message.document?.file_name ?? (message.photo ? "Picture" : "");

function show(id, thread = 0) {
  state.open = id;
  state.thread = thread;
  state.unread.delete(place(id, thread));
  document.body.classList.add("in-chat");
  draw();
  $("text").focus();
}

function drawChat() {
  const chat = state.chats.get(state.open);
  if (!chat) return;
  avatar($("avatar"), chat);
  $("title").textContent = titleOf(chat);
  const thread = threadsOf(chat).find((each) => each.id === state.thread);
  $("note").textContent = thread?.name ?? (chat.type === "private" ? "bot" : chat.type);
  $("log").replaceChildren(...saidIn(chat, state.thread).map((message) => bubble(chat, message)));
  drawChips(chat);
  scrollDown();
}

function drawChips(chat) {
  const offered = chat.messages.length < 2 && chat.type === "private" ? SUGGESTIONS : [];
  $("chips").replaceChildren(
    ...offered.map((text) => {
      const chip = make("button", "chip", text);
      chip.onclick = () => say(text);
      return chip;
    }),
  );
}

const scrollDown = () => {
  $("log").scrollTop = $("log").scrollHeight;
};
const isAtEnd = () => $("log").scrollHeight - $("log").scrollTop - $("log").clientHeight < 80;

// One message.

function bubble(chat, message) {
  const article = make("article", isMine(message) ? "mine" : "theirs");
  article.dataset.id = message.message_id;
  const body = make("div", "bubble");
  if (!isMine(message) && chat.type !== "private" && message.from) {
    body.append(make("div", "who", nameOf(message.from)));
  }
  if (message.forward_origin) body.append(make("div", "who", "Forwarded"));
  if (message.via_bot) body.append(make("div", "who", `via @${message.via_bot.username}`));
  if (message.photo) {
    const size = message.photo.at(-1);
    const picture = make("img");
    picture.src = `/sandbox/photos/${size.file_id}`;
    picture.width = size.width;
    picture.height = size.height;
    picture.alt = message.caption ?? "A picture from the bot";
    body.append(picture);
  }
  if (message.document) {
    const file = make("a", "file", `📄 ${message.document.file_name}`);
    file.href = `/sandbox/documents/${message.document.file_id}`;
    file.download = message.document.file_name;
    body.append(file);
  }
  const text = make("div", "text");
  text.dir = "auto";
  fill(text, message.text ?? message.caption ?? "", message.entities ?? message.caption_entities);
  const foot = make("small", "time", `${message.edit_date ? "edited " : ""}${clock(message.date)}`);
  if (isMine(message)) foot.append(make("span", "ticks", " ✓✓"));
  body.append(text, foot);
  article.append(body);
  if (message.reply_markup?.inline_keyboard) article.append(keyboard(chat, message));
  return article;
}

function keyboard(chat, message) {
  const rows = make("div", "keyboard");
  for (const row of message.reply_markup.inline_keyboard) {
    const line = make("div", "row");
    for (const key of row) {
      const button = make(key.url ? "a" : "button", "key", key.text);
      button.dir = "auto";
      if (key.url) {
        button.href = key.url;
        button.target = "_blank";
        button.rel = "noopener noreferrer";
      } else {
        button.onclick = () => press(chat, message, key, button);
      }
      line.append(button);
    }
    rows.append(line);
  }
  return rows;
}

async function press(chat, message, key, button) {
  button.classList.add("busy");
  setTimeout(() => button.classList.remove("busy"), 5000);
  await act("press", {
    person: state.me,
    chat: chat.id,
    message: message.message_id,
    button: key.callback_data,
  });
}

function receive(message) {
  const chat = state.chats.get(message.chat.id);
  if (!chat) return;
  const at = chat.messages.findIndex((each) => each.message_id === message.message_id);
  if (at >= 0) chat.messages[at] = message;
  else chat.messages.push(message);
  const thread = chat.is_forum ? threadOf(message) : 0;
  if (!isMine(message)) stopTyping();
  if (chat.id === state.open && thread === state.thread) {
    const stay = at >= 0 || !isAtEnd();
    const drawn = bubble(chat, message);
    const old = $("log").querySelector(`[data-id="${message.message_id}"]`);
    if (old) old.replaceWith(drawn);
    else $("log").append(drawn);
    drawChips(chat);
    if (!stay || isMine(message)) scrollDown();
  } else if (!isMine(message)) {
    const here = place(chat.id, thread);
    state.unread.set(here, (state.unread.get(here) ?? 0) + 1);
  }
  drawChats();
}

// What the person does.

async function say(text) {
  if (!text.trim()) return;
  $("text").value = "";
  $("menu").hidden = true;
  const thread = state.thread || null;
  await act("say", { person: state.me, chat: state.open, text, thread });
}

// Inline mode: “@bot words” asks while one types, and a chosen result is sent into the chat.
let asked = "";
let askTimer = 0;
function askInline() {
  clearTimeout(askTimer);
  asked = "";
  const found = $("text").value.match(/^@(\w+)\s(.*)$/s);
  if (!found || found[1].toLowerCase() !== state.bot.username?.toLowerCase()) return false;
  askTimer = setTimeout(async () => {
    asked = (await act("inline", { person: state.me, text: found[2].trim() }))?.query ?? "";
  }, 250);
  return true;
}

function showResults({ query, results }) {
  if (query !== asked) return;
  $("menu").replaceChildren(
    ...results.map((result) => {
      const line = make("li", "result");
      line.setAttribute("role", "option");
      line.append(make("b", "", result.title), make("span", "", result.description ?? ""));
      line.onclick = () => {
        $("text").value = "";
        $("menu").hidden = true;
        act("choose", { person: state.me, chat: state.open, query, result: String(result.id) });
      };
      return line;
    }),
  );
  $("menu").hidden = results.length === 0;
}

let typingTimer = 0;
function stopTyping() {
  clearTimeout(typingTimer);
  $("typing").hidden = true;
}
function showTyping({ chat, thread, seconds }) {
  if (chat !== state.open || (thread ?? 0) !== state.thread) return;
  $("typing").hidden = false;
  clearTimeout(typingTimer);
  typingTimer = setTimeout(stopTyping, seconds * 1000);
}

function drawMenu() {
  if (askInline()) return;
  const typed = $("text").value;
  const fitting = /^\/\w*$/.test(typed)
    ? state.commands.filter((each) => `/${each.command}`.startsWith(typed))
    : [];
  const known = new Map(fitting.map((each) => [each.command, each]));
  $("menu").replaceChildren(
    ...[...known.values()].map((each) => {
      const line = make("li");
      line.setAttribute("role", "option");
      line.append(make("b", "", `/${each.command}`), make("span", "", each.description));
      line.onclick = () => {
        $("text").value = `/${each.command} `;
        $("menu").hidden = true;
        $("text").focus();
      };
      return line;
    }),
  );
  $("menu").hidden = known.size === 0;
}

$("form").onsubmit = (event) => {
  event.preventDefault();
  say($("text").value);
};
$("text").onkeydown = (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    say($("text").value);
  }
};
$("text").oninput = drawMenu;
$("log").onclick = (event) => {
  const command = event.target.closest("[data-say]");
  if (command) say(command.dataset.say);
};
$("person").onchange = () => {
  state.me = Number($("person").value);
  show(state.me);
};
$("back").onclick = () => document.body.classList.remove("in-chat");
for (const button of document.querySelectorAll("[data-fault]")) {
  button.onclick = async () => {
    if (await act("fault", JSON.parse(button.dataset.fault))) toast("The next message meets it.");
  };
}
$("block").onclick = async () => {
  const blocked = $("block").dataset.blocked !== "true";
  if ((await act("block", { person: state.me, blocked })) === null) return;
  $("block").dataset.blocked = String(blocked);
  $("block").textContent = blocked ? "Unblock the bot" : "Block the bot";
};

// What happens; the browser connects again by itself, and gets the whole state first.
const events = new EventSource("/sandbox/events");
const on = (kind, then) => events.addEventListener(kind, (event) => then(JSON.parse(event.data)));
on("state", take);
on("message", receive);
on("deleted", ({ chat, message }) => {
  const kept = state.chats.get(chat);
  if (!kept) return;
  kept.messages = kept.messages.filter((each) => each.message_id !== message);
  draw();
});
on("chat", (chat) => {
  const messages = chat.messages?.length ? chat.messages : (state.chats.get(chat.id)?.messages ?? []);
  state.chats.set(chat.id, { ...chat, messages });
  draw();
});
on("commands", (commands) => {
  state.commands = commandsOf(commands);
});
on("inline", showResults);
on("typing", showTyping);
on("answer", (answer) => {
  for (const busy of document.querySelectorAll(".busy")) busy.classList.remove("busy");
  if (answer.text) toast(answer.text);
});
