// Takes the reader's choice of light or dark before anything is painted.
"use strict";
{
  const theme = localStorage.getItem("understudy-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  document.documentElement.classList.add("js");
}
