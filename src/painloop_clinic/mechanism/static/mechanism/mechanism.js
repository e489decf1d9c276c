/* Scrubs through the moments of a course; nothing moves by itself unless Play is pressed. */
"use strict";
(() => {
  const id = (name) => document.getElementById(name);
  const step = id("step");
  step?.addEventListener("input", () => {
    const share = `${step.dataset.blocks.split(" ")[step.value]} %`;
    id("blocked").textContent = share;
    step.setAttribute("aria-valuetext", share);
  });

  const stored = id("moments");
  if (!stored) return;
  const { highest, moments } = JSON.parse(stored.textContent);
  const slider = id("moment");
  const whole = (number) => `${Math.round(100 * number)}\u00a0%`;
  const digits = (number) => (number === 0 ? "0" : number >= 100 ? number.toFixed(0) : number >= 10 ? number.toFixed(1) : number >= 1 ? number.toFixed(2) : number.toPrecision(2));
  const read = {
    level: (one) => [one.level / highest, one.level < 1e-3 ? "0" : digits(one.level)],
    block: (one) => [one.block, whole(one.block)],
    wind_up: (one) => [one.wind_up, whole(one.wind_up)],
    gain: (one) => [one.gain, whole(one.gain)],
    pain: (one) => [one.pain / 10, one.pain.toFixed(1)],
  };

  const show = () => {
    const one = moments[slider.value];
    for (const [key, of] of Object.entries(read)) {
      const station = document.querySelector(`[data-station=${key}]`);
      const [share, text] = of(one);
      const height = 120 * Math.min(Math.max(share, 0), 1);
      station.querySelector(".fill").setAttribute("y", 200 - height);
      station.querySelector(".fill").setAttribute("height", height);
      station.querySelector(".number").textContent = text;
    }
    const fires = Math.round(one.spikes);
    document.querySelectorAll("[data-spike]").forEach((spike) => spike.classList.toggle("fires", spike.dataset.spike < fires));
    id("sentence").textContent = one.sentence;
    id("when").textContent = one.when;
    slider.setAttribute("aria-valuetext", one.sentence);
  };

  const play = id("play");
  let timer = null;
  const stop = () => { clearInterval(timer); timer = null; play.textContent = "Play"; id("sentence").setAttribute("role", "status"); };
  play.hidden = matchMedia("(prefers-reduced-motion: reduce)").matches;
  play.addEventListener("click", () => {
    if (timer) { stop(); return; }
    if (slider.value === slider.max) slider.value = 0;
    play.textContent = "Pause";
    id("sentence").removeAttribute("role");
    timer = setInterval(() => {
      slider.value = Number(slider.value) + 1;
      show();
      if (slider.value === slider.max) stop();
    }, 200);
  });
  slider.addEventListener("input", () => { if (timer) stop(); show(); });
})();
