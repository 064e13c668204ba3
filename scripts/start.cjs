// `npm start`: installs what is missing, builds what is stale, then becomes Holdfast in this same process, so that a
// signal reaches it without a shell or a parent in between. Plain CommonJS: it runs before anything is installed, and
// its synchronous loading leaves libuv's thread pool unmade until its size is set here.
process.env.UV_THREADPOOL_SIZE ??= '24';
const { prepare } = require('./prepare.cjs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

prepare({ build: true });
const entry = path.join(__dirname, '..', 'dist', 'boot', 'main.js');
import(pathToFileURL(entry).href).then(
  (boot) => boot.main(),
  (error) => {
    console.error(error);
    process.exitCode = 1;
  },
);
