// How far is an upload, and how far is a batch? Two conveniences of the pages of uploads, which work without them.
"use strict";
(() => {
  const form = document.getElementById("upload");
  if (form) {
    const box = form.querySelector(".drop"), input = form.elements.file, said = document.getElementById("sending");
    const over = (event) => { event.preventDefault(); box.classList.add("over"); };
    box.addEventListener("dragenter", over);
    box.addEventListener("dragover", over);
    box.addEventListener("dragleave", () => box.classList.remove("over"));
    box.addEventListener("drop", (event) => {
      over(event);
      box.classList.remove("over");
      if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const call = new XMLHttpRequest(), button = form.querySelector("button");
      const end = (text) => { said.textContent = text; button.disabled = false; };
      call.open("POST", form.action);
      call.setRequestHeader("Accept", "text/html");
      call.upload.addEventListener("progress", (step) => {
        if (!step.lengthComputable) return;
        const part = Math.floor(100 * step.loaded / step.total);
        said.textContent = part < 100 ? `${part} percent are sent.` : "All is sent. It is being looked at.";
      });
      call.addEventListener("load", () => {
        if (call.status < 400) { location.assign(call.responseURL); return; }
        const page = new DOMParser().parseFromString(call.responseText, "text/html");
        end(`${(page.querySelector("h1") || {}).textContent || "It was not taken"}.`);
      });
      call.addEventListener("error", () => end("The connection broke off. Try again."));
      button.disabled = true;
      said.textContent = "It is being sent.";
      call.send(new FormData(form));
    });
  }
  const progress = document.getElementById("progress");
  if (progress) {
    const write = (id, text) => {
      const at = document.getElementById(id);
      if (at.textContent !== text) at.textContent = text;
    };
    const look = async () => {
      try {
        const answer = await fetch(progress.dataset.batch, { headers: { Accept: "application/json" } });
        if (answer.status === 404 || answer.status === 401) { location.reload(); return; }
        const batch = await answer.json();
        if (batch.finished_at) { location.reload(); return; }
        const bar = document.getElementById("bar"), judging = batch.phase === "judging" && batch.rows;
        if (judging) bar.value = Math.min(100, Math.floor(100 * batch.done / batch.rows)); else bar.removeAttribute("value");
        const state = batch.state === "queued" ? "Waits for its turn" : "Is being judged";
        write("phase", `${state}${batch.phase ? `: ${batch.phase}` : ""}.`);
        const left = batch.seconds_left, minutes = Math.round(left / 60);
        const time = left === null ? "" : ` This takes about ${left >= 90 ? `${minutes} minutes` : `${Math.max(left, 1)} seconds`} more.`;
        write("rows", (batch.rows === null ? "The rows are not counted yet."
          : `${batch.done.toLocaleString("en")} of ${batch.rows.toLocaleString("en")} rows are judged.`) + time);
      } catch { /* the service is away: try again */ }
      setTimeout(look, 1000);
    };
    setTimeout(look, 1000);
  }
})();
