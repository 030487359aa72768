// Prints the page that recovery codes are shown on, once.
document.documentElement.classList.add('scripted');
document.addEventListener('click', (event) => {
  if (event.target.closest('[data-print]')) window.print();
});
