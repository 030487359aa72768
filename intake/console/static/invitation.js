// Posts the key of an invitation, which the address carries behind its #, and forgets the address.
function openInvitation() {
  const key = location.hash.slice(1);
  if (!key) return;
  history.replaceState(null, '', location.pathname);
  const form = document.getElementById('key-form');
  form.elements.key.value = key;
  form.submit();
}
addEventListener('hashchange', openInvitation);
openInvitation();
