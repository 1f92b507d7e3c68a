/* What the browser does itself: the address bar, the language of the page, sliders that follow their number. */
/* Controls of Dash that take no name get that of their field, for those who hear the page. */
function nameControls() {
  document.querySelectorAll("#page .field, #page .weeks").forEach(function (field) {
    const said = field.querySelector(".name, label");
    const name = field.dataset.name || (said && said.textContent);
    const found = field.querySelectorAll("input:not([type=checkbox]), [role=slider], button[aria-haspopup], .dash-stepper");
    found.forEach(function (control) {
      if (name && !control.hasAttribute("aria-label")) {
        const more = control.classList.contains("dash-stepper-increment") ? " +" : "";
        const less = control.classList.contains("dash-stepper-decrement") ? " −" : "";
        const value = control.matches("button[aria-haspopup]") ? ": " + control.textContent : "";
        control.setAttribute("aria-label", name + more + less + value);
      }
    });
  });
}
let naming = 0;
new MutationObserver(function () {
  window.clearTimeout(naming);
  naming = window.setTimeout(nameControls, 100);
}).observe(document.documentElement, { childList: true, subtree: true });

/* The clock: the next look comes a moment after the last answer, so that a slow machine is never asked faster than it answers;
   what is pressed stops the clock until it is answered, so that no look takes its place. */
const TICK = 250;
const LOST = 15000;
let timer = 0;
let ticks = 0;
let answered = Date.now();
let latest = 0;
function tick() {
  ticks += 1;
  window.dash_clientside.set_props("tick", { data: ticks });
}

window.dash_clientside = Object.assign({}, window.dash_clientside, {
  page: {
    address: function (told, language) {
      if (told) {
        window.history.replaceState(null, "", window.location.pathname + told.query);
      }
      if (language) {
        document.documentElement.lang = language;
        const head = document.querySelector("h1");
        if (head) {
          document.title = head.textContent;
        }
      }
      return window.dash_clientside.no_update;
    },
    press: function (told, play, again, week, pace, smooth, player) {
      const pressed = window.dash_clientside.callback_context.triggered.map((one) => one.prop_id.split(".")[0]);
      if (!told || (pressed.every((one) => one === "week") && player && week === Math.floor(player.week))) {
        return window.dash_clientside.no_update;
      }
      window.clearTimeout(timer);
      ticks += 1;
      latest = ticks;
      const what = pressed.includes("query") ? "query" : pressed[0];
      return { what: what, week: week, pace: pace || "all", smooth: !smooth || smooth.length > 0, count: ticks };
    },
    beat: function (beat, _alive) {
      /* An answer may come at the moment in which the page says that it is alive: then it is an answer. */
      const answer = window.dash_clientside.callback_context.triggered.some((one) => one.prop_id === "beat.data");
      if (beat && answer && beat.count >= latest) {
        answered = Date.now();
        window.clearTimeout(timer);
        timer = beat.moving ? window.setTimeout(tick, TICK) : 0;
      } else if (beat && !answer && beat.moving && Date.now() - answered > LOST) {
        answered = Date.now();
        tick();
      }
      return window.dash_clientside.no_update;
    },
    /* A slider moves by equal shares: each step is the same factor. */
    slide: function (position, value, low, high, step) {
      const none = window.dash_clientside.no_update;
      const pressed = window.dash_clientside.callback_context.triggered_id;
      if (pressed && pressed.what === "slider") {
        const exact = low * Math.pow(high / low, position / 100);
        const there = Math.min(high, Math.max(low, Math.round(exact / step) * step));
        return [there === value ? none : there, none];
      }
      if (typeof value !== "number" || value < low || value > high) {
        return [none, none];
      }
      const found = (100 * Math.log(value / low)) / Math.log(high / low);
      return [none, Math.abs(found - position) < 0.3 ? none : Math.round(found * 4) / 4];
    },
  },
});
