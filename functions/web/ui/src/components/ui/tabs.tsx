import { Tabs as Radix } from "radix-ui";
import { type ReactNode, useEffect, useRef } from "react";

/** Views of one thing, by the keyboard's arrows as well. The chosen one is in sight, however narrow the screen is. */
export function Tabs<T extends string>({
  label,
  value,
  onChange,
  tabs,
  children,
}: {
  label: string;
  value: T;
  onChange: (value: T) => void;
  tabs: { value: T; label: ReactNode }[];
  children: ReactNode;
}) {
  const list = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tab is another place to scroll to
  useEffect(() => {
    const tab = list.current?.querySelector<HTMLElement>("[data-state=active]");
    if (!list.current || !tab) return;
    const { left, right } = list.current.getBoundingClientRect();
    const at = tab.getBoundingClientRect();
    if (at.left < left) list.current.scrollLeft -= left - at.left;
    if (at.right > right) list.current.scrollLeft += at.right - right;
  }, [value]);
  return (
    <Radix.Root value={value} onValueChange={(next) => onChange(next as T)}>
      <Radix.List
        ref={list}
        aria-label={label}
        className="mb-4 flex gap-1 overflow-x-auto border-line border-b"
      >
        {tabs.map((tab) => (
          <Radix.Trigger
            key={tab.value}
            value={tab.value}
            className="-mb-px whitespace-nowrap border-transparent border-b-2 px-3 py-2 text-quiet -outline-offset-2 hover:text-ink data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-ink"
          >
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.value} value={tab.value} className="outline-offset-4">
          {tab.value === value && children}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
