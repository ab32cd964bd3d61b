/*
 * <dosing-chat>: the dosing chatbot in a page. One file, no dependencies, no build step.
 *
 *   <script src="https://chat.example.org/widget.js" defer></script>
 *
 * Nothing here is ever parsed as HTML: the document is built with createElement and textContent only, and styles are
 * adopted. The service draws no conclusions from a page, and no key belongs in one. See docs/web.md.
 */
"use strict";

(() => {
  const SCRIPT = document.currentScript;
  const NAME = "dosing-chat";
  const NBSP = "\u00a0";
  const NEW_PATIENT = "new patient"; // what the chatbot reads, whatever language the buttons are in
  const TIMEOUT_MS = 20_000;
  const TYPING_AFTER_MS = 250; // most answers are there sooner, and a flicker says nothing

  // Every word that the widget itself says; the attribute `text-…` of the same name says it otherwise.
  const WORDS = {
    title: "Dosing questions",
    intro:
      "Ask a dosing question; a few words are enough. Please do not type names, record numbers or dates of birth.",
    examples: "Maximum dose in older adults?|How is it titrated in adults?|Starting dose by pump in children?",
    disclaimer: "For healthcare professionals. Verify each figure independently before it is used.",
    you: "You asked",
    answer: "Answer",
    log: "Conversation",
    box: "Your question",
    placeholder: "Ask about a dose",
    send: "Send",
    open: "Ask a dosing question",
    close: "Close",
    download: "Download the conversation",
    clear: "Clear the conversation",
    cleared: "The conversation is cleared.",
    undo: "Undo",
    person: "Talk to a person",
    typing: "Looking it up",
    next: "Ask next",
    choices: "Answer with one of these, or with its number",
    patient: "Patient: {who}",
    "new-patient": "New patient",
    forgotten: "Nothing is kept of the patient any more: please name the patient again.",
    adult: "adults",
    elderly: "older adults",
    renal_impairment: "renal impairment",
    pediatric: "children",
    emergency: "Emergency",
    helpful: "Helpful",
    "not-helpful": "Not helpful",
    "send-question": "Send your question along, so that those who keep the answers see what was missing?",
    "with-question": "Send it along",
    "without-question": "Leave it out",
    thanks: "Thank you.",
    "not-sent": "That could not be sent.",
    offline: "You are offline. Your question is kept, and is sent when the connection is back.",
    unreachable: "The service cannot be reached. Your question is kept.",
    busy: "Too many questions at once. Please try again in {seconds} seconds; your question is kept.",
    refused: "The service could not take this question. It is kept.",
    retry: "Try again",
    day: "Day",
    days: "{from} to {to}",
    "days-on": "{from} on",
    dose: "Dose",
    times: "Times per day",
    daily: "Daily dose",
    "per-day": "{dose} per day",
    none: "none",
    chart: "Daily dose by day",
  };

  const ICONS = {
    chat: "M4 5h16v11H10l-4 4v-4H4z M8 9h8 M8 12h5",
    close: "M6 6l12 12 M18 6L6 18",
    download: "M12 4v11 M7 11l5 5 5-5 M5 20h14",
    clear: "M5 7h14 M9 7V4h6v3 M7 7l1 13h8l1-13",
    person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8z M4 20c1-4 4-6 8-6s7 2 8 6",
    send: "M12 19V6 M6 11l6-6 6 6",
    warning: "M12 3L2 20h20z M12 10v5 M12 17.4v.2",
    up: "M8 10v10H4V10z M8 11l4-7c2 0 2.5 1.5 2 3l-1 3h5c1.5 0 2 1 1.7 2.3l-1.3 6c-.3 1.2-1 1.7-2 1.7H8",
    down: "M16 14V4h4v10z M16 13l-4 7c-2 0-2.5-1.5-2-3l1-3H6c-1.5 0-2-1-1.7-2.3l1.3-6C5.9 4.5 6.6 4 7.6 4H16",
  };

  // ------------------------------------------------------------------------------------------------ building

  /** An element. Of the properties, `on…` are listeners, true is an empty attribute, and false or null is none. */
  function h(tag, properties, ...children) {
    return dress(document.createElement(tag), properties, children);
  }

  function svg(tag, properties, ...children) {
    return dress(document.createElementNS("http://www.w3.org/2000/svg", tag), properties, children);
  }

  function dress(element, properties, children) {
    for (const [name, value] of Object.entries(properties ?? {})) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value !== false && value != null) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
    return element;
  }

  function icon(name) {
    return svg("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" }, svg("path", { d: ICONS[name] }));
  }

  /** Typed text without what could hide or turn round its neighbours: control and direction characters. */
  function inert(text) {
    // eslint-disable-next-line no-control-regex
    return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, " ");
  }

  function fill(words, values) {
    return words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  // ------------------------------------------------------------------------------------------------ Markdown

  /** The blocks of a reply's text: headings (a line all in bold), lists and paragraphs. All else is plain text. */
  function blocksOf(text) {
    const blocks = [];
    for (const part of text.split(/\n\s*\n/)) {
      let open = null;
      for (const line of part.split("\n").filter((line) => line.trim())) {
        const [kind, words, from] = readLine(line);
        if (kind === "heading" || kind !== open?.kind) blocks.push((open = { kind, lines: [], from }));
        open.lines.push(words);
      }
    }
    return blocks;
  }

  function readLine(line) {
    const [, heading] = /^\*\*([^*]+)\*\*$/.exec(line) ?? [];
    if (heading) return ["heading", heading];
    const [, number, item] = /^(?:[*-]|(\d+)\.) (.*)$/.exec(line) ?? [];
    if (item == null) return ["paragraph", line];
    return number ? ["numbered", item, number] : ["bullets", item];
  }

  /** A line of a reply: bold, and the marks of its references. */
  function inline(line) {
    return line.split(/(\*\*.+?\*\*|\[\d+(?:, \d+)*\])/).map((part) => {
      if (part.startsWith("**") && part.length > 4) return h("strong", null, part.slice(2, -2));
      return /^\[\d/.test(part) ? h("span", { class: "cite" }, part) : part;
    });
  }

  function drawBlock({ kind, lines, from }) {
    if (kind === "heading") return h("p", { class: "heading" }, inline(lines[0]));
    if (kind === "paragraph") {
      return h(
        "p",
        null,
        lines.map((line, at) => [at > 0 && h("br"), inline(line)]),
      );
    }
    const items = lines.map((line) => h("li", null, inline(line)));
    return kind === "bullets" ? h("ul", null, items) : h("ol", { start: from }, items);
  }

  // ------------------------------------------------------------------------------------------------ schedules

  function figure(number, unit) {
    return number.toLocaleString("en-GB", { maximumFractionDigits: 9 }) + NBSP + unit;
  }

  /** The rows of a titration or a taper: days of the same dose as one step; `to` is null where it goes on. */
  function stepsOf(calculation) {
    const steps = [];
    for (const row of calculation.result.rows ?? []) {
      const last = steps.at(-1);
      if ("from_day" in row) {
        const { from_day: from, to_day: to, daily_mg: daily, dose_mg: dose, times_per_day: times } = row;
        steps.push({ from, to, daily, dose, times });
      } else if (last?.daily === row.daily_mg) last.to = row.day;
      else steps.push({ from: row.day, to: row.day, daily: row.daily_mg });
    }
    return steps;
  }

  /** Whether a list of the text says what the steps say: as many lines, each with its day and its daily dose. */
  function lists(block, steps) {
    return (
      block.kind === "bullets" &&
      block.lines.length === steps.length &&
      block.lines.every((line, at) => {
        const { from, daily } = steps[at];
        return new RegExp(`\\b${from}\\b`).test(line) && (!daily || line.includes(figure(daily, "mg")));
      })
    );
  }

  function daysOf({ from, to }, say) {
    return to === from ? String(from) : fill(say(to == null ? "days-on" : "days"), { from, to });
  }

  function drawTable(steps, say) {
    const timed = steps.every((step) => step.dose != null);
    const columns = [
      [say("day"), (step) => daysOf(step, say)],
      timed && [say("dose"), (step) => figure(step.dose, "mg")],
      timed && [say("times"), (step) => step.times],
      [say("daily"), (step) => (step.daily ? figure(step.daily, "mg") : say("none"))],
    ].filter(Boolean);
    const headings = columns.map(([name]) => h("th", { scope: "col" }, name));
    const rows = steps.map((step) => {
      const [days, ...figures] = columns.map(([, cell]) => cell(step));
      return h("tr", null, h("th", { scope: "row" }, days), figures.map((words) => h("td", null, words)));
    });
    const caption = h("caption", { class: "unseen" }, say("chart"));
    return h("table", null, caption, h("thead", null, h("tr", null, headings)), h("tbody", null, rows));
  }

  /** The daily dose over the days, from zero; a dose that goes on is drawn as long as the one before it, dashed. */
  function drawChart(steps, say) {
    const [left, right, top, bottom] = [8, 312, 20, 96];
    const lengths = steps.map(({ from, to }) => (to == null ? 0 : to - from + 1));
    const open = lengths.at(-1) === 0;
    if (open) lengths[lengths.length - 1] = lengths.at(-2) ?? 1;
    const days = lengths.reduce((sum, length) => sum + length, 0);
    const most = Math.max(...steps.map((step) => step.daily));
    const x = (passed) => left + (passed / days) * (right - left);
    const y = (daily) => bottom - (daily / most) * (bottom - top);

    let passed = 0;
    let line = "";
    let free = left; // where the next figure may stand without touching the one before
    const marks = [];
    steps.forEach((step, at) => {
      const [start, end, level] = [x(passed), x(passed + lengths[at]), y(step.daily)];
      const solid = open && at === steps.length - 1 ? (start + end) / 2 : end;
      line += `${line ? "L" : "M"}${start} ${level}L${solid} ${level}`;
      if (solid < end) marks.push(svg("path", { class: "goes-on", d: `M${solid} ${level}L${end} ${level}` }));
      const label = step.daily ? figure(step.daily, "mg") : "0";
      const wide = label.length * 6.2;
      if (start >= free && start + wide <= right + 8) {
        marks.push(svg("text", { x: at ? start + 2 : start, y: level - 5 }, label));
        marks.push(
          svg("text", { class: "axis", x: start, y: bottom + 14 }, `${at ? "" : say("day") + NBSP}${step.from}`),
        );
        free = start + Math.max(wide, at ? 0 : say("day").length * 6 + 16) + 6;
      }
      passed += lengths[at];
    });
    const area = `${line}L${right} ${y(steps.at(-1).daily)}L${right} ${bottom}L${left} ${bottom}Z`;
    const title = { role: "img", "aria-label": described(steps, say) };
    return svg("svg", { viewBox: "0 0 320 116", class: "chart", ...title },
      svg("path", { class: "area", d: area }),
      svg("path", { class: "base", d: `M${left} ${bottom}L${right} ${bottom}` }),
      svg("path", { class: "line", d: line }),
      marks);
  }

  /** What a chart shows, in words. */
  function described(steps, say) {
    const said = steps.map((step) => {
      const dose = step.daily ? fill(say("per-day"), { dose: figure(step.daily, "mg") }) : say("none");
      return `${say("day")} ${daysOf(step, say)}: ${dose}`;
    });
    return `${say("chart")}. ${said.join("; ")}.`;
  }

  // ------------------------------------------------------------------------------------------------ replies

  /** A reply as elements. Its disclaimer is left to the foot of the widget, its choices are drawn by `choose`. */
  function drawReply(reply, say, choose) {
    const blocks = blocksOf(reply.text).filter(({ lines }) => lines.join("\n") !== reply.disclaimer);
    const schedules = reply.calculations.map(stepsOf).filter((steps) => steps.length);
    const drawn = [];
    let cited = false;
    for (let at = 0; at < blocks.length; at++) {
      const [block, next] = [blocks[at], blocks[at + 1]];
      const drawing = schedules.findIndex((steps) => lists(block, steps));
      if (drawing >= 0) {
        const [steps] = schedules.splice(drawing, 1);
        drawn.push(h("div", { class: "schedule" }, drawTable(steps, say), drawChart(steps, say)));
      } else if (isReferences(block, next, reply)) {
        drawn.push(h("details", null, h("summary", null, `${block.lines[0]} (${next.lines.length})`), drawBlock(next)));
        cited = true;
        at++;
      } else if (next?.kind === "bullets" && reply.comparisons.some(({ text }) => next.lines[0].startsWith(text))) {
        drawn.push(h("div", { class: "compare" }, drawBlock(block), drawBlock(next)));
        at++;
      } else if (reply.outcome === "clarify" && block.lines.join() === reply.suggestions.join()) {
        drawn.push(choose());
      } else {
        const element = drawBlock(block);
        const understood =
          reply.queries.length && (at === 0 || (block.kind === "heading" && block.lines[0].includes(" · ")));
        if (understood) element.className = "understood";
        else if (cited) element.className = "small";
        drawn.push(element);
      }
    }
    return drawn;
  }

  function isReferences(block, next, reply) {
    const count = reply.references.length;
    return count && block.kind === "heading" && next?.kind === "numbered" && next.lines.length === count;
  }

  function headlineOf(reply) {
    return blocksOf(reply.text).find((block) => block.kind === "heading")?.lines[0] ?? "";
  }

  /** Whom the next question will lean on: the populations of the last answer that were said or carried. */
  function patientOf(reply) {
    const known = (reply?.queries ?? []).filter((query) => query.population && !query.assumed.includes("population"));
    return [...new Set(known.map((query) => query.population))];
  }

  /** A conversation as Markdown, in which typed text is only text. */
  function transcriptOf(turns, say) {
    const parts = turns.flatMap(({ question, reply, at }) => [
      `## ${say("you")} (${at})`,
      `> ${inert(question).replace(/[\\`*_{}[\]<>()#+\-.!|~&]/g, "\\$&").replaceAll("\n", "\n> ")}`,
      `## ${say("answer")} (${reply.content_version})`,
      reply.notice,
      reply.text,
    ]);
    return `# ${say("title")}\n\n${parts.filter(Boolean).join("\n\n")}\n`;
  }

  // ------------------------------------------------------------------------------------------------ the element

  class DosingChat extends HTMLElement {
    #at = {}; // the elements that change, by name
    #key = ""; // of what is kept in the tab
    #turns = []; // {question, reply, at, helpful?}
    #conversation = null;
    #emergency = "";
    #asking = null; // the question that is under way
    #failed = null; // the question that could not be sent
    #connected = null; // aborted when the element leaves the page
    #forget = 0; // the timer after which the service has forgotten the patient

    connectedCallback() {
      if (!this.shadowRoot) this.#build();
      this.#connected = new AbortController();
      const { signal } = this.#connected;
      addEventListener("pagehide", () => this.#save(), { signal });
      addEventListener("online", () => this.#sendAgain(), { signal });
      this.#waitToForget();
    }

    disconnectedCallback() {
      this.#connected.abort();
      clearTimeout(this.#forget);
    }

    /** Asks, as if the reader had typed it. */
    async ask(question) {
      const asked = question.trim();
      if (!asked || this.#asking) return;
      this.#asking = asked;
      this.#notify();
      const typed = this.#at.log.appendChild(this.#drawQuestion(asked));
      this.#scrollTo(typed);
      const typing = setTimeout(() => (this.#at.typing.textContent = this.#say("typing")), TYPING_AFTER_MS);
      this.#save();
      try {
        const { conversation, ...reply } = await this.#post("api/ask", {
          question: asked,
          conversation: this.#conversation ?? undefined,
        });
        const turn = { question: asked, reply, at: new Date().toISOString() };
        this.#addAnswer(turn);
        this.#conversation = conversation;
        this.#turns.push(turn);
        this.#follow(turn);
        this.#waitToForget();
        this.#scrollTo(typed);
      } catch (problem) {
        typed.remove();
        this.#keep(asked, problem);
      } finally {
        clearTimeout(typing);
        this.#at.typing.textContent = "";
        this.#asking = null;
        this.#save();
      }
    }

    /** Opens the panel of a launcher, and puts the reader into the box. */
    open() {
      this.#show(true);
      this.#at.box.focus();
    }

    /** Closes the panel of a launcher; the reader is back at its button. */
    close() {
      this.#show(false);
      this.#at.launch?.focus();
    }

    // ---------------------------------------------------------------------------------------------- set-up

    #say(word) {
      return this.getAttribute(`text-${word.replaceAll("_", "-")}`) ?? WORDS[word];
    }

    get #server() {
      const given = this.getAttribute("server");
      return given ? given.replace(/\/?$/, "/") : SERVER;
    }

    /** The milliseconds for which the service still knows of a turn, where there is one. */
    #keptFor(turn) {
      return turn && Date.parse(turn.at) + Number(this.getAttribute("keep-minutes") ?? 30) * 60_000 - Date.now();
    }

    #build() {
      const place = [...document.querySelectorAll(NAME)].indexOf(this);
      this.#key = `${NAME} ${this.id ? `#${this.id}` : this.hasAttribute("launcher") ? "launcher" : place}`;
      const root = this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [STYLES];
      const launched = this.hasAttribute("launcher");
      const panel = this.#drawPanel(launched);
      if (launched) {
        const launch = h(
          "button",
          { type: "button", class: "launch", "aria-haspopup": "dialog", onclick: () => this.open() },
          icon("chat"),
          h("span", null, this.#say("open")),
        );
        this.#at.launch = launch;
        root.append(h("aside", { "aria-label": this.#say("open") }, launch, panel));
        panel.addEventListener("keydown", (event) => {
          if (event.key === "Escape" && !event.isComposing) this.close();
        });
      } else root.append(panel);
      this.#restore();
    }

    #drawPanel(launched) {
      const say = (word) => this.#say(word);
      const at = this.#at;
      const button = (name, act) =>
        h(
          "button",
          { type: "button", class: "tool", "aria-label": say(name), title: say(name), onclick: act },
          icon(name),
        );

      at.emergency = h("div", { class: "alarm", role: "alert" });
      at.log = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": say("log"), tabindex: "0" });
      at.typing = h("div", { class: "typing", role: "status" });
      at.status = h("div", { class: "unseen", role: "status" });
      at.notice = h("div", { class: "notice", role: "alert" });
      at.patient = h("div", { class: "patient" });
      at.box = h("textarea", {
        rows: "1",
        "aria-label": say("box"),
        placeholder: say("placeholder"),
        autocomplete: "off",
        enterkeyhint: "send",
        onkeydown: (event) => {
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          at.form.requestSubmit();
        },
      });
      at.form = h(
        "form",
        {
          onsubmit: (event) => {
            event.preventDefault();
            this.#submit();
          },
        },
        at.box,
        h("button", { class: "send", "aria-label": say("send"), title: say("send") }, icon("send")),
      );
      at.disclaimer = h("p", { class: "disclaimer" }, say("disclaimer"));
      at.panel = h(
        launched ? "div" : "section",
        { class: "panel", role: launched && "dialog", "aria-label": this.#label(), hidden: launched },
        h(
          "header",
          null,
          h("span", { class: "title" }, say("title")),
          this.#drawPerson(),
          button("download", () => this.#download()),
          button("clear", () => this.#clear()),
          launched && button("close", () => this.close()),
        ),
        at.emergency,
        at.log,
        at.typing,
        at.status,
        at.notice,
        at.patient,
        at.form,
        at.disclaimer,
      );
      return at.panel;
    }

    /** The title, numbered from the second of the same title on a page: no two regions are called the same. */
    #label() {
      const same = [...document.querySelectorAll(NAME)].filter(
        (other) => (other.getAttribute("text-title") ?? WORDS.title) === this.#say("title"),
      );
      const place = same.indexOf(this);
      return place > 0 ? `${this.#say("title")} ${place + 1}` : this.#say("title");
    }

    /** A link where the page names one, a button where it only listens, otherwise nothing. */
    #drawPerson() {
      const href = this.getAttribute("person-href");
      if (href == null && !this.hasAttribute("person")) return null;
      const onclick = (event) => {
        const detail = { conversation: this.#conversation, transcript: this.#transcript() };
        const call = new CustomEvent("dosing-chat-person", { bubbles: true, composed: true, cancelable: true, detail });
        if (!this.dispatchEvent(call)) event.preventDefault();
      };
      const inside = [icon("person"), h("span", null, this.#say("person"))];
      const link = h("a", { class: "person", href, onclick }, inside);
      if (link.protocol.startsWith("http")) dress(link, { target: "_blank", rel: "noopener noreferrer" }, []);
      if (href != null && /^(https?|mailto|tel):$/.test(link.protocol)) return link;
      return h("button", { type: "button", class: "person", onclick }, inside);
    }

    #transcript() {
      return transcriptOf(this.#turns, (word) => this.#say(word));
    }

    // ---------------------------------------------------------------------------------------------- messages

    #drawQuestion(question) {
      return h(
        "div",
        { class: "question" },
        h("span", { class: "unseen" }, `${this.#say("you")}: `),
        h("p", { dir: "auto" }, inert(question)),
      );
    }

    #drawIntro() {
      const examples = this.#say("examples").split("|").filter(Boolean);
      return h("div", { class: "answer intro" }, h("p", null, this.#say("intro")), this.#drawNext(examples));
    }

    /** Adds an answer to the log; what was offered to be asked next goes with the answers before. */
    #addAnswer(turn) {
      const answer = this.#drawAnswer(turn);
      this.#at.log.querySelectorAll(".next").forEach((offered) => offered.remove());
      this.#at.log.append(answer);
    }

    #drawAnswer(turn) {
      const { reply } = turn;
      const say = (word) => this.#say(word);
      const emergency = reply.outcome === "emergency";
      let chosen = false;
      const body = drawReply(reply, say, () => {
        chosen = true;
        return this.#drawChoices(reply.suggestions);
      });
      return h(
        "div",
        { class: `answer ${reply.outcome}` },
        emergency
          ? h("p", { class: "label" }, icon("warning"), say("emergency"))
          : h("span", { class: "unseen" }, `${say("answer")}: `),
        h("div", { lang: "en" }, reply.notice && h("p", { class: "note" }, reply.notice), body),
        !chosen && this.#drawNext(reply.suggestions),
        emergency && this.#drawPerson(),
        reply.outcome !== "chat" && this.#drawFeedback(turn),
      );
    }

    #drawNext(questions) {
      if (!questions.length) return null;
      return h(
        "div",
        { class: "next", role: "group", "aria-label": this.#say("next") },
        questions.map((question) => this.#drawQuick(question)),
      );
    }

    #drawChoices(questions) {
      return h(
        "ol",
        { class: "choices", "aria-label": this.#say("choices") },
        questions.map((question) => h("li", null, this.#drawQuick(question))),
      );
    }

    #drawQuick(question) {
      const act = () => {
        this.#at.box.focus();
        this.ask(question);
      };
      return h("button", { type: "button", class: "quick", lang: "en", onclick: act }, question);
    }

    /** What stands around the log after a reply: the emergency, the patient, the disclaimer. */
    #follow(turn) {
      const { question, reply } = turn;
      if (reply.outcome === "emergency") this.#emergency = headlineOf(reply);
      // Small talk and refusals leave an emergency open; what takes it back is an answer, or another patient.
      else if (question.trim().toLowerCase() === NEW_PATIENT || !["chat", "refuse"].includes(reply.outcome))
        this.#emergency = "";
      this.#drawEmergency();
      this.#drawPatient(patientOf(reply));
      if (reply.disclaimer) this.#at.disclaimer.replaceChildren(h("span", { lang: "en" }, reply.disclaimer));
    }

    #drawEmergency() {
      const { emergency } = this.#at;
      if (emergency.dataset.said === this.#emergency) return; // said once, not with every message
      emergency.dataset.said = this.#emergency;
      const words = [
        icon("warning"),
        h("p", null, h("strong", null, `${this.#say("emergency")}: `), h("span", { lang: "en" }, this.#emergency)),
      ];
      emergency.replaceChildren(...(this.#emergency ? words : []));
    }

    #drawPatient(populations) {
      const who = populations.map((population) => this.#say(population) ?? population).join(", ");
      const act = () => {
        this.#at.box.focus();
        this.ask(NEW_PATIENT);
      };
      const chip = who && h("span", { class: "chip" }, fill(this.#say("patient"), { who }));
      const other = h("button", { type: "button", class: "other", onclick: act }, this.#say("new-patient"));
      this.#at.patient.replaceChildren(...(who || this.#emergency ? [chip || "", other] : []));
    }

    /** Takes the patient's chip away when the service has forgotten the patient. */
    #waitToForget() {
      const last = this.#turns.at(-1);
      clearTimeout(this.#forget);
      if (!last || !patientOf(last.reply).length) return;
      this.#forget = setTimeout(() => {
        this.#drawPatient([]);
        this.#notify(this.#say("forgotten"));
      }, this.#keptFor(last));
    }

    // ---------------------------------------------------------------------------------------------- sending

    #submit() {
      const { box } = this.#at;
      if (!box.value.trim() || this.#asking) return;
      const question = box.value;
      box.value = "";
      box.focus();
      this.ask(question);
    }

    async #post(path, body) {
      const response = await fetch(new URL(path, this.#server), {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
        credentials: "omit",
        referrerPolicy: "no-referrer",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (response.ok) return response.status === 204 ? null : response.json();
      const said = await response.json().catch(() => null);
      throw Object.assign(new Error(said?.error?.message ?? ""), {
        status: response.status,
        wait: response.headers.get("Retry-After"),
      });
    }

    /** Puts a question that was not answered back into the box, and says why. */
    #keep(question, problem) {
      const { box, form } = this.#at;
      this.#failed = box.value ? null : question;
      box.value = box.value ? `${question}\n${box.value}` : question;
      const words = !problem.status
        ? this.#say(navigator.onLine ? "unreachable" : "offline")
        : problem.status === 429 && problem.wait
          ? fill(this.#say("busy"), { seconds: problem.wait })
          : problem.message || this.#say("refused");
      this.#notify(words, this.#say("retry"), () => form.requestSubmit());
    }

    #sendAgain() {
      if (this.#failed && this.#failed === this.#at.box.value) this.#at.form.requestSubmit();
    }

    /** A line above the box, with one thing to do about it; nothing where there is no line. */
    #notify(words, label, act) {
      const done = () => {
        this.#at.box.focus();
        this.#notify();
        act();
      };
      const button = label && h("button", { type: "button", class: "other", onclick: done }, label);
      this.#at.notice.replaceChildren(...(words ? [h("span", null, words), button || ""] : []));
      if (!words) this.#failed = null;
    }

    // ---------------------------------------------------------------------------------------------- feedback

    #drawFeedback(turn) {
      const ask = h("div", { class: "ask", role: "group", "aria-label": this.#say("send-question"), hidden: true });
      const thumb = (name, helpful) => {
        const act = () => {
          if (turn.helpful !== undefined) return;
          ask.hidden = true;
          if (helpful) this.#feedback(turn, true, row);
          else this.#askForQuestion(turn, row, ask);
        };
        const pressed = String(turn.helpful === helpful);
        return h(
          "button",
          {
            type: "button",
            class: "tool",
            "aria-label": this.#say(name),
            title: this.#say(name),
            "aria-pressed": pressed,
            onclick: act,
          },
          icon(helpful ? "up" : "down"),
        );
      };
      const row = h("div", { class: "thumbs" }, thumb("helpful", true), thumb("not-helpful", false), ask);
      return row;
    }

    #askForQuestion(turn, row, ask) {
      const choose = (name, question) =>
        h(
          "button",
          {
            type: "button",
            class: "other",
            onclick: () => {
              ask.hidden = true;
              row.children[1].focus();
              this.#feedback(turn, false, row, question);
            },
          },
          this.#say(name),
        );
      ask.replaceChildren(
        h("p", null, this.#say("send-question")),
        choose("with-question", turn.question),
        choose("without-question"),
      );
      ask.hidden = false;
      ask.querySelector("button").focus();
    }

    async #feedback(turn, helpful, row, question) {
      turn.helpful = helpful; // at once, so that a second press sends no second
      this.#at.status.textContent = "";
      try {
        await this.#post("api/feedback", { conversation: this.#conversation, helpful, question });
        row.children[helpful ? 0 : 1].setAttribute("aria-pressed", "true");
        this.#at.status.textContent = this.#say("thanks");
        this.#save();
      } catch {
        delete turn.helpful;
        this.#notify(this.#say("not-sent"), this.#say("retry"), () => this.#feedback(turn, helpful, row, question));
      }
    }

    // ---------------------------------------------------------------------------------------------- keeping

    /** Keeps the conversation for this tab; a question that is under way is back in the box if the page goes. */
    #save() {
      const { box, panel } = this.#at;
      const kept = {
        server: this.#server,
        conversation: this.#conversation,
        turns: this.#turns,
        emergency: this.#emergency,
        draft: this.#asking ?? box.value,
        open: !panel.hidden,
      };
      try {
        sessionStorage.setItem(this.#key, JSON.stringify(kept));
      } catch {
        // Without storage, or with a full one, the conversation lives as long as the page.
      }
    }

    #restore() {
      let kept = null;
      try {
        kept = JSON.parse(sessionStorage.getItem(this.#key));
      } catch {
        // As in #save.
      }
      const fresh = kept?.server === this.#server && !(this.#keptFor(kept.turns.at(-1)) <= 0);
      this.#resume(fresh ? kept : { turns: [] });
      if (fresh) this.#show(kept.open);
    }

    #resume({ conversation = null, turns, emergency = "", draft = "" }) {
      this.#conversation = conversation;
      this.#turns = turns;
      const { log, box } = this.#at;
      log.replaceChildren(...(turns.length ? [] : [this.#drawIntro()]));
      for (const turn of turns) {
        log.append(this.#drawQuestion(turn.question));
        this.#addAnswer(turn);
      }
      box.value = draft;
      this.#emergency = emergency;
      this.#drawEmergency();
      this.#drawPatient([]);
      if (turns.length) this.#follow(turns.at(-1));
      this.#waitToForget();
      log.scrollTop = log.scrollHeight;
    }

    #clear() {
      const { box } = this.#at;
      if (!this.#turns.length || this.#asking) return;
      const before = { conversation: this.#conversation, turns: this.#turns, emergency: this.#emergency };
      this.#resume({ turns: [], draft: box.value });
      this.#notify(this.#say("cleared"), this.#say("undo"), () => {
        this.#resume({ ...before, draft: box.value });
        this.#save();
      });
      box.focus();
      this.#save();
    }

    #download() {
      const href = URL.createObjectURL(new Blob([this.#transcript()], { type: "text/markdown" }));
      h("a", { href, download: `${NAME}-${new Date().toISOString().slice(0, 10)}.md` }).click();
      setTimeout(() => URL.revokeObjectURL(href), 10_000);
    }

    // ---------------------------------------------------------------------------------------------- showing

    #show(open) {
      const { launch, panel, log } = this.#at;
      if (!launch) return;
      panel.hidden = !open;
      launch.hidden = open; // the panel lies over it
      log.scrollTop = log.scrollHeight;
    }

    /** Brings a question to the top of the log, so that its answer is read from its beginning. */
    #scrollTo(message) {
      const { log, panel } = this.#at;
      log.scrollTop = message.offsetTop - 12;
      panel.scrollTop = log.offsetTop + message.offsetTop - 12; // where the panel scrolls as one
    }
  }

  // ------------------------------------------------------------------------------------------------ styles

  const DARK = `
    --text: var(--dosing-chat-text, #e7eef2); --muted: var(--dosing-chat-muted, #a9b8c1);
    --background: var(--dosing-chat-background, #131b21); --surface: var(--dosing-chat-surface, #1e2931);
    --border: var(--dosing-chat-border, #3a4953); --control: #7d8f9a;
    --accent: var(--dosing-chat-accent, #7fc8e6); --on-accent: var(--dosing-chat-on-accent, #06222f);
    --emergency: var(--dosing-chat-emergency, #ff9d94); --on-emergency: var(--dosing-chat-on-emergency, #3a0906);
    color-scheme: dark;`;

  const STYLES = new CSSStyleSheet();
  STYLES.replaceSync(`
  :host {
    --text: var(--dosing-chat-text, #17242c); --muted: var(--dosing-chat-muted, #4f606b);
    --background: var(--dosing-chat-background, #ffffff); --surface: var(--dosing-chat-surface, #f1f5f7);
    --border: var(--dosing-chat-border, #d3dde2); --control: #71828d;
    --accent: var(--dosing-chat-accent, #0a5a78); --on-accent: var(--dosing-chat-on-accent, #ffffff);
    --emergency: var(--dosing-chat-emergency, #a5131f); --on-emergency: var(--dosing-chat-on-emergency, #ffffff);
    --radius: var(--dosing-chat-radius, 10px);
    color-scheme: light; display: block; block-size: 38em; max-block-size: 100dvh;
    font: var(--dosing-chat-font-size, 1rem)/1.5 var(--dosing-chat-font, system-ui, sans-serif);
  }
  :host([theme=dark]) { ${DARK} }
  @media (prefers-color-scheme: dark) { :host(:not([theme=light])) { ${DARK} } }
  :host([launcher]) { display: contents; }
  :host([hidden]), [hidden] { display: none !important; }

  * { box-sizing: border-box; }
  p, ul, ol, table { margin: 0 0 .6em; padding: 0; font-size: inherit; }
  ul, ol { padding-inline-start: 1.4em; }
  li + li { margin-block-start: .25em; }
  button, textarea { font: inherit; color: inherit; }
  button, summary, a { cursor: pointer; }
  button { margin: 0; border: 1px solid transparent; border-radius: calc(var(--radius) * .6); background: none; }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  .unseen { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%);
    white-space: nowrap; }
  .icon { inline-size: 1.25em; block-size: 1.25em; flex: none; vertical-align: -.25em; fill: none;
    stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }

  .panel { position: relative; container-type: inline-size; display: flex; flex-direction: column; block-size: 100%;
    overflow: clip; text-align: start; color: var(--text); background: var(--background);
    border: 1px solid var(--border); border-radius: var(--radius); }
  header { display: flex; align-items: center; gap: .25em; padding: .5em .5em .5em 1em;
    border-block-end: 1px solid var(--border); }
  .title { flex: 1; font-weight: 600; line-height: 1.25; }
  .tool { display: grid; place-items: center; inline-size: 2.25em; block-size: 2.25em; padding: 0;
    color: var(--muted); }
  .person { display: inline-flex; align-items: center; gap: .4em; min-block-size: 2.25em; padding: 0 .6em;
    color: var(--accent); font-size: .875em; font-weight: 600; text-decoration: none;
    border-radius: calc(var(--radius) * .6); }
  .tool:hover, .person:hover, .other:hover { background: var(--surface); color: var(--text); }

  .alarm:not(:empty) { display: flex; gap: .6em; padding: .6em 1em; color: var(--on-emergency);
    background: var(--emergency); border-block: 3px double var(--on-emergency); }
  .alarm p { margin: 0; }

  .log { position: relative; flex: 1; min-block-size: 0; overflow-y: auto; overscroll-behavior: contain; padding: 1em;
    overflow-wrap: break-word; outline-offset: -3px; border-block-end: 1px solid var(--border); }
  .question { margin-block: .25em 1em; margin-inline-start: 15%; text-align: end; }
  .question p { display: inline-block; margin: 0; padding: .45em .8em; max-inline-size: 100%; text-align: start;
    white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; background: var(--surface);
    background: color-mix(in srgb, var(--accent) 14%, var(--background));
    border-radius: var(--radius) var(--radius) 2px var(--radius); }
  .answer { margin-block-end: 1.5em; }
  .understood { padding: .35em .7em; font-size: .875em; color: var(--muted); background: var(--surface);
    border-inline-start: 3px solid var(--accent); border-radius: 0 4px 4px 0; }
  .heading { margin-block-start: 1em; font-weight: 600; }
  .answer strong { font-weight: 700; }
  .cite { color: var(--muted); font-size: .8em; white-space: nowrap; }
  .note { padding: .35em .7em; font-size: .875em; font-weight: 600; border: 1px solid var(--control);
    border-radius: 4px; }
  .compare { margin-block: .8em; padding-inline-start: .8em; font-size: .875em;
    border-inline-start: 3px solid var(--border); }
  .small, details { font-size: .8125em; color: var(--muted); }
  summary { inline-size: fit-content; padding: .35em .2em; font-weight: 600; color: var(--accent); }
  .emergency { padding: .75em 1em .25em; border: 2px solid var(--emergency); border-inline-start-width: 8px;
    border-radius: var(--radius); }
  .emergency .label, .emergency .heading { color: var(--emergency); font-weight: 700; }
  .emergency .label { display: flex; gap: .4em; align-items: center; margin: 0; }
  .emergency .heading { margin-block-start: 0; font-size: 1.0625em; }

  .schedule { margin-block-end: .6em; }
  table { border-collapse: collapse; inline-size: 100%; max-inline-size: 28em; font-variant-numeric: tabular-nums;
    font-size: .9375em; }
  th, td { padding: .3em .5em; text-align: end; white-space: nowrap; border-block-end: 1px solid var(--border); }
  thead th { font-size: .875em; color: var(--muted); white-space: normal; vertical-align: bottom; }
  th:first-child { padding-inline-start: 0; text-align: start; }
  tbody th { font-weight: 400; }
  td:last-child { font-weight: 700; }
  .chart { display: block; inline-size: 100%; max-inline-size: 26em; }
  .chart text { font-size: 11px; fill: var(--text); font-variant-numeric: tabular-nums; }
  .chart .axis { fill: var(--muted); }
  .chart .area { fill: var(--accent); opacity: .14; }
  .chart .line, .chart .goes-on { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; }
  .chart .goes-on { stroke-dasharray: 4 3; }
  .chart .base { stroke: var(--control); }

  .next { display: flex; flex-wrap: wrap; gap: .4em; margin-block: .75em .25em; }
  .choices { padding: 0 0 0 1.6em; }
  .quick { padding: .35em .75em; text-align: start; font-size: .9375em; color: var(--accent);
    background: var(--background); border-color: var(--accent); border-radius: 1.2em; }
  .quick:hover { color: var(--on-accent); background: var(--accent); }
  .thumbs { display: flex; flex-wrap: wrap; gap: .1em; margin-inline-start: -.5em; }
  .thumbs [aria-pressed=true] { color: var(--accent); border-color: var(--accent); background: var(--surface); }
  .ask { flex-basis: 100%; margin: .3em 0 0 .5em; padding: .6em .8em; font-size: .875em; background: var(--surface);
    border-radius: var(--radius); }
  .other + .other { margin-inline-start: .5em; }
  .other { min-block-size: 2em; padding: .2em .7em; font-weight: 600; color: var(--accent);
    border-color: var(--control); background: var(--background); }

  .typing:not(:empty) { padding: .5em 1em 0; font-size: .875em; color: var(--muted); }
  .typing:not(:empty)::after { content: "…"; }
  .notice:not(:empty), .patient:not(:empty) { display: flex; flex-wrap: wrap; align-items: center; gap: .4em .75em;
    padding: .6em 1em 0; font-size: .875em; }
  .notice:not(:empty) { padding-block-end: .6em; border-block-end: 1px solid var(--border);
    background: var(--surface); }
  .chip { padding: .15em .7em; border: 1px solid var(--control); border-radius: 1em; background: var(--surface); }
  form { display: flex; align-items: end; gap: .5em; padding: .6em 1em .5em; }
  textarea { flex: 1; min-inline-size: 0; min-block-size: 2.75em; max-block-size: 8em; padding: .55em .75em;
    resize: none; field-sizing: content; background: var(--background); border: 1px solid var(--control);
    border-radius: var(--radius); }
  textarea::placeholder { color: var(--muted); opacity: 1; }
  .send { display: grid; place-items: center; inline-size: 2.75em; block-size: 2.75em; padding: 0;
    color: var(--on-accent); background: var(--accent); border-radius: var(--radius); }
  .disclaimer { margin: 0; padding: 0 1rem .75em; font-size: .6875em; line-height: 1.4; color: var(--muted); }

  .launch { position: fixed; inset: auto 1rem 1rem auto; z-index: var(--dosing-chat-z-index, 2147483000);
    display: flex; align-items: center; gap: .5em; padding: .7em 1.1em; font-weight: 600; color: var(--on-accent);
    background: var(--accent); border-radius: 2em; border-color: var(--on-accent); box-shadow: 0 2px 12px #0004; }
  :host([launcher]) .panel { position: fixed; inset: auto 1rem 1rem auto;
    z-index: var(--dosing-chat-z-index, 2147483000); inline-size: min(26em, 100vw - 2rem);
    block-size: min(42em, 100dvh - 2rem); box-shadow: 0 6px 32px #0004; }

  @container (max-width: 24em) {
    header .person span { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden;
      clip-path: inset(50%); }
  }
  @media (max-width: 30em) {
    :host([launcher]) .panel { inset: 0; inline-size: 100vw; block-size: 100dvh; border: 0; border-radius: 0; }
  }
  /* Where there is no height to part, as at 400 % zoom, the panel scrolls as one. */
  @media (max-height: 30em) { .panel { overflow-y: auto; } .log { flex: none; overflow: visible; } }
  @media (prefers-reduced-motion: no-preference) {
    .log { scroll-behavior: smooth; }
    .answer, .question { animation: appear .2s ease-out; }
    .typing:not(:empty)::after { animation: pulse 1.2s infinite; }
  }
  @keyframes appear { from { opacity: 0; transform: translateY(4px); } }
  @keyframes pulse { 50% { opacity: .2; } }
  @media (forced-colors: active) {
    .question p, .alarm, .quick, .chip, .send, .launch { border: 1px solid; }
    .chart text { fill: CanvasText; }
    .chart .line, .chart .goes-on, .chart .base { stroke: CanvasText; }
    .thumbs [aria-pressed=true] { background: Highlight; color: HighlightText; }
  }
  `);

  // ------------------------------------------------------------------------------------------------ starting

  // Where the script came from: its own folder, or the one above the address that names its bytes.
  const SERVER = new URL(".", (SCRIPT?.src || document.baseURI).replace(/widget\/\w+\/widget\.js$/, "")).href;
  if (customElements.get(NAME)) return;
  customElements.define(NAME, DosingChat);

  /** A launcher for a page that has no <dosing-chat> of its own; the script's data-… attributes become its own. */
  function launch() {
    if (SCRIPT?.dataset.launcher === "off" || document.querySelector(NAME)) return;
    const attributes = Object.fromEntries(
      [...(SCRIPT?.attributes ?? [])]
        .filter(({ name }) => name.startsWith("data-"))
        .map(({ name, value }) => [name.slice(5), value]),
    );
    document.body.append(h(NAME, { ...attributes, launcher: true }));
  }
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", launch);
  else launch();
})();
