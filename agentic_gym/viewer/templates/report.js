"use strict";
// The page is complete without this script; it adds search, links to an episode, and large pictures.
const filter = document.querySelector("form.filter");
const episodes = [...document.querySelectorAll("details.episode")];
const runs = [...document.querySelectorAll("section.run")];

function applyFilter() {
  const { words, run, status } = Object.fromEntries(new FormData(filter));
  const sought = words.toLowerCase().split(/\s+/).filter(Boolean);
  for (const episode of episodes) {
    const { run: itsRun, status: itsStatus, words: itsWords } = episode.dataset;
    episode.hidden = !((!run || run === itsRun) && (!status || status === itsStatus)
      && sought.every((word) => itsWords.includes(word)));
  }
  for (const section of runs) {
    section.hidden = Boolean(run) && section.id !== run;
  }
  const left = episodes.filter((episode) => !episode.hidden).length;
  filter.querySelector("output").textContent = `${left} of ${episodes.length} shown`;
}

filter.hidden = false;
filter.addEventListener("input", applyFilter);
filter.addEventListener("submit", (event) => event.preventDefault());
applyFilter();

function openLinked() {
  const episode = document.getElementById(location.hash.slice(1));
  if (episode && episode.matches("details.episode")) {
    episode.open = true;
    episode.scrollIntoView();
  }
}
addEventListener("hashchange", openLinked);
openLinked();

const dialog = document.querySelector("dialog.enlarged");
document.addEventListener("click", (event) => {
  const picture = event.target.closest("details.picture > summary");
  if (picture) {
    event.preventDefault();
    const small = picture.querySelector("img");
    const large = dialog.querySelector("img");
    large.src = small.src;
    large.alt = small.alt;
    dialog.showModal();
  } else if (event.target === dialog) {
    dialog.close();
  }
});
