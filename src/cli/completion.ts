import type { Command } from 'commander';

const words = (command: Command): readonly string[] => [
  ...command.commands.map((sub) => sub.name()),
  ...command.options.map((option) => option.long ?? option.short ?? ''),
];

/** Each command path (`logs query`) with the words that may follow it. */
function paths(command: Command, prefix = ''): readonly (readonly [string, readonly string[]])[] {
  return [
    [prefix, words(command)],
    ...command.commands.flatMap((sub) => paths(sub, prefix === '' ? sub.name() : `${prefix} ${sub.name()}`)),
  ];
}

/** A completion script for bash or zsh (through bashcompinit), made from the commands themselves. */
export function bashCompletion(program: Command): string {
  const cases = paths(program).map(([path, next]) => `    '${path}') words='${next.join(' ')}' ;;`);
  return `# holdfast completion: eval "$(holdfast completion bash)"
_holdfast() {
  local path='' word words=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in -*) ;; *) path="\${path:+$path }$word" ;; esac
  done
  case $path in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _holdfast holdfast`;
}

export const zshCompletion = (program: Command): string =>
  `autoload -U +X bashcompinit && bashcompinit\n${bashCompletion(program)}`;

/** A completion script for fish. */
export function fishCompletion(program: Command): string {
  const lines = paths(program).flatMap(([path, next]) => {
    const seen = path === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${path.split(' ').at(-1)}`;
    return next.map((word) =>
      word.startsWith('--')
        ? `complete -c holdfast -n '${seen}' -l ${word.slice(2)}`
        : `complete -c holdfast -f -n '${seen}' -a ${word}`,
    );
  });
  return lines.join('\n');
}
