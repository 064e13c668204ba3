/** Three digits where it matters: `99.97 %`, never rounded up to 100. */
export function rateText(rate: number): string {
  const percent = rate * 100;
  if (percent === 100) return '100 %';
  if (percent >= 99) return `${(Math.floor(percent * 100) / 100).toFixed(2)} %`;
  return `${(Math.floor(percent * 10) / 10).toFixed(1)} %`;
}
