/* The explorer, live: sliders and number boxes are twins, results are stale until recomputed, cards open in place. */
"use strict";
(() => {
  const form = document.getElementById("explorer");
  const results = document.getElementById("results");
  const spoken = document.getElementById("spoken");
  const dialog = document.getElementById("card");
  const changed = document.getElementById("changed");
  changed.disabled = false;

  const reveal = (within) => within.querySelectorAll(".with-script").forEach((one) => { one.hidden = false; });
  const box = (slider) => document.getElementById(slider.dataset.twin);

  const twin = (event) => {
    const one = event.target;
    if (one.dataset?.twin) box(one).value = one.value;
    else {
      const slider = form.querySelector(`[data-twin="${one.id}"]`);
      if (slider) slider.value = one.value || one.placeholder;
    }
  };

  const choosePeople = () => {
    const one = form.querySelector("input[name=patients]:checked")?.value === "1";
    const person = document.getElementById("one-person");
    if (person) person.disabled = !one;
    form.querySelectorAll(".for-many").forEach((hint) => { hint.hidden = one; });
  };

  const stale = () => {
    results.classList.add("stale");
    results.setAttribute("aria-busy", "true");
  };

  form.addEventListener("input", (event) => {
    twin(event);
    choosePeople();
    changed.value = event.target.dataset?.twin || event.target.name || "";
    stale();
  }, true);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[form=explorer], #explorer button[name]");
    if (button) { changed.value = button.name === "do" ? "" : button.name; stale(); }
    if (event.target.closest?.("[data-print]")) print();
  }, true);

  document.addEventListener("htmx:configRequest", (event) => {
    const button = event.detail.triggeringEvent?.submitter;
    if (event.detail.elt === form && button?.name) event.detail.parameters[button.name] = button.value;
  });
  /* An answer to what was typed before does not take back a course that was chosen meanwhile. */
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (event.detail.target.id === "preset-box" && changed.value === "preset") event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt === form) results.setAttribute("aria-busy", "false");
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== results) return;
    results.classList.remove("stale");
    results.setAttribute("aria-busy", "false");
    const reading = results.querySelector("#pain-reading");
    spoken.textContent = reading ? `Results are up to date. ${reading.textContent}` : "";
  });
  document.addEventListener("htmx:load", (event) => {
    reveal(event.detail.elt.parentElement || event.detail.elt);
    choosePeople();
  });
  const complain = (text) => {
    const told = document.createElement("p");
    told.className = "refusal";
    told.setAttribute("role", "alert");
    told.textContent = text;
    results.querySelector(".refusal")?.remove();
    results.prepend(told);
  };
  document.addEventListener("htmx:sendError", () => complain("The server cannot be reached; the results below are out of date."));

  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a[href^='/evidence/library/']");
    if (!link || dialog.contains(link) || event.ctrlKey || event.metaKey || event.shiftKey || !dialog.showModal) return;
    event.preventDefault();
    await htmx.ajax("GET", link.getAttribute("href"), { target: "#card-body", swap: "innerHTML" });
    dialog.showModal();
  });
  reveal(document);
  choosePeople();
})();
