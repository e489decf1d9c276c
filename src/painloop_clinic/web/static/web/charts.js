/* Draws every figure.chart of a page from its JSON: on load, after a swap, when the window or the colours change. */
"use strict";
(() => {
  const root = document.documentElement;
  let bundle = null;

  /* The bundle writes the style of maps, which we do not draw, unless an element of this id is there; see plotly.css. */
  const MAPS = "9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53";
  const withoutMaps = () => {
    const stands = document.createElement("template");
    stands.id = MAPS;
    document.head.append(stands);
  };

  const plotly = () => {
    if (!bundle) {
      withoutMaps();
      bundle = new Promise((done, failed) => {
        const script = document.createElement("script");
        script.src = document.body.dataset.plotly;
        script.onload = () => done(window.Plotly);
        script.onerror = failed;
        document.head.append(script);
      });
    }
    return bundle;
  };

  const tone = (name) => getComputedStyle(root).getPropertyValue(`--chart-${name}`).trim();
  const faded = (color, share) => {
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
    return `rgba(${r},${g},${b},${share})`;
  };
  const read = (figure) => JSON.parse(document.getElementById(figure.dataset.chart).textContent);
  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  const letters = () => (root.classList.contains("on-paper") ? 11 : 13);

  const band = (one, color) => {
    const edge = {
      x: one.x, mode: "lines", line: { width: 0, color }, hoverinfo: "skip", showlegend: false,
      legendgroup: one.name, visible: one.shown ? true : "legendonly",
    };
    return [
      { ...edge, y: one.low },
      { ...edge, y: one.high, fill: "tonexty", fillcolor: faded(color, 0.16) },
    ];
  };

  const errorBars = (one, color) => ({
    type: "data", symmetric: false, color, thickness: 1.4, width: 4,
    array: one.y.map((y, k) => one.high[k] - y), arrayminus: one.y.map((y, k) => y - one.low[k]),
  });

  const traces = (one) => {
    const color = tone(one.color);
    const between = one.low && one.high;
    const trace = {
      name: one.name, x: one.x, y: one.y, legendgroup: one.name, text: one.notes,
      visible: one.shown ? true : "legendonly",
    };
    if (one.kind === "bars") {
      return [{ ...trace, type: "bar", marker: { color }, ...(between && { error_y: errorBars(one, tone("ink")) }) }];
    }
    if (one.kind === "points") {
      const marker = { color, symbol: one.symbol, size: 9, line: { color: tone("paper"), width: 1 } };
      return [{ ...trace, mode: "markers", marker, ...(between && { error_y: errorBars(one, color) }) }];
    }
    const line = { color, width: one.width, dash: one.dash || "solid" };
    const curve = { ...trace, mode: "lines", line, connectgaps: false };
    return between ? [...band(one, color), curve] : [curve];
  };

  const axis = (one) => ({
    title: { text: one.label, standoff: 8, font: { size: letters() } }, type: one.log ? "log" : undefined, automargin: true,
    range: one.low !== null && one.high !== null ? [one.low, one.high] : undefined,
    rangemode: one.log ? undefined : "tozero", gridcolor: tone("grid"), linecolor: tone("faint"),
    zerolinecolor: tone("grid"), ticks: "outside", tickcolor: tone("faint"), exponentformat: "none",
  });

  const marks = (data) => ({
    shapes: [
      ...data.spans.map(([x0, x1]) => ({
        type: "rect", xref: "x", yref: "paper", x0, x1, y0: 0, y1: 1, layer: "below",
        line: { width: 0.6, color: tone("faint") }, fillcolor: faded(tone("ink"), 0.09),
      })),
      ...data.lines.map(([y]) => ({
        type: "line", xref: "paper", x0: 0, x1: 1, y0: y, y1: y, line: { color: tone("faint"), width: 1, dash: "dot" },
      })),
    ],
    annotations: data.lines.map(([y, text]) => ({
      text, xref: "paper", x: 1, y, xanchor: "right", yanchor: "bottom", showarrow: false, font: { color: tone("faint") },
    })),
  });

  const layout = (data) => ({
    ...marks(data),
    xaxis: axis(data.x), yaxis: axis(data.y),
    paper_bgcolor: tone("paper"), plot_bgcolor: tone("paper"),
    font: { family: "system-ui, sans-serif", size: letters(), color: tone("ink") },
    margin: { l: 48, r: 12, t: 12, b: 44 }, hovermode: "x unified", autosize: true,
    hoverlabel: { bgcolor: tone("paper"), bordercolor: tone("faint"), font: { color: tone("ink") } },
    legend: { orientation: "h", yref: "container", y: 0, yanchor: "bottom", xref: "container", x: 0 },
    showlegend: data.series.length > 1, barmode: "group",
    dragmode: matchMedia("(pointer: coarse)").matches ? false : "zoom",
    transition: { duration: still() ? 0 : 150 },
    ...(data.layout || {}),
  });

  const draw = async (figure) => {
    if (figure.dataset.drawn) return;
    figure.dataset.drawn = "waiting";
    const Plotly = await plotly();
    if (!figure.isConnected) return;
    const data = read(figure);
    const canvas = figure.querySelector(".canvas");
    canvas.replaceChildren();
    const config = { displayModeBar: false, displaylogo: false, responsive: true, plotlyServerURL: "" };
    await Plotly.newPlot(canvas, data.series.flatMap(traces), layout(data), config);
    figure.querySelector(".actions").hidden = false;
    figure.dataset.drawn = "yes";
  };

  /* On paper: light colours and the width of an A4 page whatever the screen is; each row of the legend adds to the height. */
  const rows = (data) => Math.ceil(data.series.reduce((sum, one) => sum + 7 * one.name.length + 45, 0) / 600);
  const paper = (figure, data) => (root.classList.contains("on-paper")
    ? { autosize: false, width: 640, height: (figure.matches(".tall") ? 270 : 230) + 22 * rows(data) } : {});
  const redraw = () => {
    for (const figure of document.querySelectorAll("figure.chart[data-drawn=yes]")) {
      const data = read(figure);
      const looks = { ...layout(data), ...paper(figure, data) };
      window.Plotly.react(figure.querySelector(".canvas"), data.series.flatMap(traces), looks);
    }
  };
  const onPaper = (begins) => {
    root.classList.toggle("on-paper", begins);
    redraw();
  };

  const quoted = (cell) => (/[",\n]/.test(cell) ? `"${String(cell).replaceAll('"', '""')}"` : cell);
  const csv = (data) => {
    const rows = [["series", data.x.label, data.y.label, "low", "high", "note"]];
    for (const one of data.series) {
      one.x.forEach((x, k) => rows.push([one.name, x, one.y[k] ?? "", one.low?.[k] ?? "", one.high?.[k] ?? "", one.notes[k] ?? ""]));
    }
    data.facts.forEach((fact) => rows.push([`# ${fact}`]));
    return rows.map((row) => row.map(quoted).join(",")).join("\r\n") + "\r\n";
  };

  const save = (name, type, text) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  const picture = async (figure) => {
    const Plotly = await plotly();
    const canvas = figure.querySelector(".canvas");
    const url = await Plotly.toImage(canvas, { format: "svg", width: canvas.clientWidth, height: canvas.clientHeight });
    return decodeURIComponent(url.slice(url.indexOf(",") + 1));
  };

  document.addEventListener("click", async (event) => {
    const kind = event.target.closest?.("[data-save]")?.dataset.save;
    if (!kind) return;
    const figure = event.target.closest("figure.chart");
    if (kind === "csv") save(`${figure.id}.csv`, "text/csv", csv(read(figure)));
    else save(`${figure.id}.svg`, "image/svg+xml", await picture(figure));
  });

  const drawAll = (within) => {
    within.querySelectorAll("figure.chart").forEach((figure) => draw(figure));
    if (within.matches?.("figure.chart")) draw(within);
  };
  const forget = (gone) => {
    if (window.Plotly && gone.matches?.("figure.chart .canvas")) window.Plotly.purge(gone);
  };

  document.addEventListener("htmx:load", (event) => drawAll(event.detail.elt));
  document.addEventListener("htmx:beforeCleanupElement", (event) => forget(event.detail.elt));
  document.addEventListener("toggle", (event) => {
    if (event.target.open && window.Plotly) {
      event.target.querySelectorAll("figure.chart[data-drawn=yes] .canvas").forEach((c) => window.Plotly.Plots.resize(c));
    }
  }, true);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  addEventListener("beforeprint", () => onPaper(true));
  addEventListener("afterprint", () => onPaper(false));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => drawAll(document));
  else drawAll(document);
})();
