// A message's text with its entities as elements. Text is only ever set as text, never as HTML.

const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote", spoiler: "mark",
};
const LINKS = { url: (text) => (/^https?:/.test(text) ? text : `https://${text}`) };

/** Fill `element` with `text`; entity offsets count UTF-16 units, as JavaScript strings do. */
export function fill(element, text, entities = []) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  build(element, text, 0, text.length, sorted);
  return element;
}

function build(parent, text, from, to, entities) {
  let at = from;
  for (let n = 0; n < entities.length; n += 1) {
    const { offset, length } = entities[n];
    const end = offset + length;
    if (offset < at || end > to) continue;
    parent.append(text.slice(at, offset));
    const inner = [];
    while (n + 1 < entities.length && entities[n + 1].offset < end) inner.push(entities[++n]);
    const made = wrap(entities[n - inner.length], text.slice(offset, end));
    build(made, text, offset, end, inner);
    parent.append(made);
    at = end;
  }
  parent.append(text.slice(at, to));
}

function wrap(entity, text) {
  const href = entity.type === "text_link" ? entity.url : LINKS[entity.type]?.(text);
  if (href && /^https?:/.test(href)) {
    const link = document.createElement("a");
    link.href = href;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    return link;
  }
  if (entity.type === "bot_command") {
    const command = document.createElement("button");
    command.className = "command";
    command.dataset.say = text;
    return command;
  }
  return document.createElement(TAGS[entity.type] ?? "span");
}
