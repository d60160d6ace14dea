const $ = (selector) => document.querySelector(selector);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** How often to ask; where something is in the way, or has been for minutes, there is no hurry. */
const ASK_EVERY_MS = 1_000;
const ASK_SELDOM_MS = 10_000;

/** Counts up with each upload, so that only the last one is followed. */
let shown = 0;

$('#sign-in').addEventListener('submit', (event) => {
  event.preventDefault();
  const user = event.target.user.value;
  ask('/sign-in', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ user }),
  })
    .then(() => show({ text: `Signed in as ${user}.` }))
    .catch((error) => show({ text: error.message }));
});

$('#upload').addEventListener('submit', (event) => {
  event.preventDefault();
  const file = event.target.file.files[0];
  upload(file).catch((error) => show({ text: error.message }));
});

/** From the chosen file to the address of what becomes of it. */
async function upload(file) {
  shown++;
  const { url, headers } = await ask('/uploads', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: file.name, size: file.size }),
  });
  show({ text: 'The file is being uploaded.', percent: 0 });
  const version = await put(url, headers, file);
  // In the address, so that a reload goes on where it was.
  location.hash = `/uploads/${encodeURIComponent(file.name)}/${encodeURIComponent(version)}`;
}

/** Sends the file straight to S3; returns the version that it is now. XMLHttpRequest, since fetch tells no progress. */
function put(url, headers, file) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) =>
      show({ text: 'The file is being uploaded.', percent: Math.floor((100 * loaded) / total) });
    request.onerror = () => reject(new Error('The upload was interrupted. Try again.'));
    request.onload = () => {
      if (request.status !== 200) return reject(new Error('The upload was refused. Try again.'));
      const etag = request.getResponseHeader('ETag')?.replaceAll('"', '');
      resolve(request.getResponseHeader('x-amz-version-id') ?? etag);
    };
    request.send(file);
  });
}

/** Asks until there is a last word. */
async function follow(address) {
  const own = ++shown;
  for (let asked = 0; own === shown; asked++) {
    const status = await ask(address);
    if (own !== shown) return;
    show(status, address);
    if (status.ended) return;
    await sleep(status.state === 'delayed' || asked > 120 ? ASK_SELDOM_MS : ASK_EVERY_MS);
  }
}

function followAddress() {
  const address = location.hash.slice(1);
  if (address !== '') follow(address).catch((error) => show({ text: error.message }));
}
addEventListener('hashchange', followAddress);
followAddress();

async function show({ text, advice = null, percent = null, rejected = 0 }, address) {
  $('#text').textContent = text;
  $('#advice').textContent = advice ?? '';
  $('#progress').hidden = percent === null;
  $('#progress').value = percent ?? 0;
  $('#rejects').hidden = rejected === 0;
  if (rejected === 0) return;
  $('#errors').href = `${address}/errors.csv`;
  $('#rows').href = `${address}/rows.csv`;
  const rejects = await ask(`${address}/rejects`);
  $('#rejects tbody').replaceChildren(
    ...rejects.map(({ line, column, value, reason }) => {
      const row = document.createElement('tr');
      // As text: what is in a file must never become a part of the page.
      for (const cell of [line, column, value, reason]) row.insertCell().textContent = cell;
      return row;
    }),
  );
}

async function ask(address, options) {
  const answer = await fetch(address, options);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.problem);
  return body;
}
