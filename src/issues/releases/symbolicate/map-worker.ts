import { parentPort, workerData } from 'node:worker_threads';
import type { MapAnswer, MapQuestion } from './map-questions.ts';
import { createMapShelf } from './map-shelf.ts';

/** The thread that holds parsed source maps; see map-thread.ts. It knows no file, no network and no environment. */
const shelf = createMapShelf(
  workerData as { readonly bytesMax: number; readonly linesAround: number; readonly lineCharsMax: number },
);
parentPort?.on('message', (question: MapQuestion) => {
  const answer: MapAnswer = { id: question.id, ...shelf.answer(question) };
  parentPort?.postMessage(answer);
});
