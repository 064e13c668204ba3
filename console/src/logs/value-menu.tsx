import { Copy, Minus, Plus } from 'lucide-react';
import type { Cell } from '../api/types.ts';
import { Menu, MenuItem } from '../parts/menu.tsx';
import type { OnFilter } from './explorer.tsx';

interface ValueMenuProps {
  readonly field: string;
  readonly value: Cell;
  readonly onFilter: OnFilter;
}

/** A value that can be asked for, left out, or copied. */
export function ValueMenu({ field, value, onFilter }: ValueMenuProps) {
  const text = value === null ? 'null' : String(value);
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={`${field}: ${text}`}
          className="min-h-[24px] w-full py-1 text-left break-words hover:text-accent hover:underline"
        >
          {text === '' ? <span className="text-ink-3">(empty)</span> : text}
        </button>
      }
    >
      <MenuItem onSelect={() => onFilter(field, value, false)}>
        <Plus size={14} /> Filter for this value
      </MenuItem>
      <MenuItem onSelect={() => onFilter(field, value, true)}>
        <Minus size={14} /> Filter it out
      </MenuItem>
      <MenuItem onSelect={() => void navigator.clipboard?.writeText(text)}>
        <Copy size={14} /> Copy the value
      </MenuItem>
    </Menu>
  );
}
