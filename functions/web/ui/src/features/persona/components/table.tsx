import {
  type ColumnDef,
  createColumnHelper,
  flexRender,
  getCoreRowModel,
  getSortedRowModel,
  type SortingState,
  useReactTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import clsx from "clsx";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Persona } from "../hooks/personas";
import { statusOf } from "../hooks/status";
import { StatusBadge } from "./status";

/** As many as can be compared side by side and still be read. */
const MOST_COMPARED = 3;
const ROW_PX = 44;
const WIDTHS =
  "grid-cols-[2.5rem_minmax(11rem,1.4fr)_3.5rem_7.5rem_minmax(9rem,1fr)_minmax(9rem,1fr)_minmax(8rem,1fr)]";

type Props = {
  people: Persona[];
  chosen: string[];
  sort?: string;
  desc: boolean;
  onSort: (column: string | undefined, desc: boolean) => void;
  onOpen: (id: string) => void;
  onChoose: (ids: string[]) => void;
  /** Somebody has scrolled to the last row. */
  onEnd: () => void;
};

const column = createColumnHelper<Persona>();

/** The people in rows, of which only those in sight are drawn, however many there are. */
export function PeopleTable({
  people,
  chosen,
  sort,
  desc,
  onSort,
  onOpen,
  onChoose,
  onEnd,
}: Props) {
  const { t } = useTranslation();
  const columns = useMemo(
    () => [
      column.accessor("full_name", { header: t("person.name") }),
      column.accessor("age", { header: t("person.age") }),
      column.accessor("gender", { header: t("person.gender") }),
      column.accessor("occupation", { header: t("person.occupation") }),
      column.accessor("location", { header: t("person.location") }),
      column.accessor("segment_name", { header: t("person.segment") }),
    ],
    [t],
  ) as ColumnDef<Persona>[];
  // the same array while nothing changes: another one would be sorted, and drawn, again and again
  const sorting: SortingState = useMemo(() => (sort ? [{ id: sort, desc }] : []), [sort, desc]);
  const table = useReactTable({
    data: people,
    columns,
    state: { sorting },
    onSortingChange: (change) => {
      const next = typeof change === "function" ? change(sorting) : change;
      onSort(next[0]?.id, next[0]?.desc ?? false);
    },
    getRowId: (person) => person.id,
    autoResetPageIndex: false,
    sortDescFirst: false,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
  });
  const rows = table.getRowModel().rows;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    estimateSize: () => ROW_PX,
    getScrollElement: () => scroller.current,
    overscan: 12,
  });
  const drawn = virtual.getVirtualItems();
  // few rows that fit are all in sight, and nobody has asked for more
  const isAtEnd = (virtual.scrollOffset ?? 0) > 0 && drawn.at(-1)?.index === rows.length - 1;
  // biome-ignore lint/correctness/useExhaustiveDependencies: an end is told once, and again when it is another one
  useEffect(() => {
    if (isAtEnd) onEnd();
  }, [isAtEnd, rows.length]);
  const choose = (id: string) =>
    onChoose(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  return (
    <section
      ref={scroller}
      aria-label={t("nav.people")}
      className="card max-h-[68dvh] overflow-auto"
    >
      <div
        role="table"
        aria-rowcount={rows.length + 1}
        aria-label={t("nav.people")}
        className="min-w-230"
      >
        <div role="rowgroup" className="sticky top-0 z-10 border-line border-b bg-surface">
          {table.getHeaderGroups().map((group) => (
            <div role="row" key={group.id} aria-rowindex={1} className={clsx("grid", WIDTHS)}>
              <div role="columnheader" className="px-3 py-2">
                <span className="sr-only">{t("person.choose")}</span>
              </div>
              {group.headers.map((header) => (
                <Head
                  key={header.id}
                  sorted={header.column.getIsSorted()}
                  onSort={header.column.getToggleSortingHandler()}
                >
                  {flexRender(header.column.columnDef.header, header.getContext())}
                </Head>
              ))}
            </div>
          ))}
        </div>
        <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
          {drawn.map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            const person = row.original;
            return (
              <div
                role="row"
                key={row.id}
                aria-rowindex={item.index + 2}
                style={{ height: ROW_PX, transform: `translateY(${item.start}px)` }}
                className={clsx(
                  "absolute inset-x-0 grid items-center border-line border-b hover:bg-sunken",
                  WIDTHS,
                )}
              >
                <Cell>
                  <input
                    type="checkbox"
                    aria-label={t("person.chooseThis", { name: person.full_name })}
                    checked={chosen.includes(person.id)}
                    disabled={!chosen.includes(person.id) && chosen.length >= MOST_COMPARED}
                    onChange={() => choose(person.id)}
                    className="size-4 accent-accent"
                  />
                </Cell>
                {row.getVisibleCells().map((cell) => (
                  <Cell key={cell.id}>
                    {cell.column.id === "full_name" ? (
                      <Name person={person} onOpen={onOpen} />
                    ) : (
                      String(cell.getValue())
                    )}
                  </Cell>
                ))}
              </div>
            );
          })}
        </div>
      </div>
      {rows.length === 0 && (
        <p className="px-5 py-8 text-center text-quiet">{t("people.nobody")}</p>
      )}
    </section>
  );
}

/** Opens the person; who is not in use says so here as well. */
function Name({ person, onOpen }: { person: Persona; onOpen: (id: string) => void }) {
  const status = statusOf(person.status);
  return (
    <span className="flex items-center gap-2">
      <button
        type="button"
        onClick={() => onOpen(person.id)}
        className="min-w-0 truncate rounded font-medium text-accent hover:underline"
      >
        {person.full_name}
      </button>
      {status !== "active" && <StatusBadge status={status} />}
    </span>
  );
}

function Head({
  sorted,
  onSort,
  children,
}: {
  sorted: false | "asc" | "desc";
  onSort?: (event: unknown) => void;
  children: React.ReactNode;
}) {
  const Icon = sorted === "desc" ? ArrowDown : ArrowUp;
  return (
    <div
      role="columnheader"
      aria-sort={sorted === "asc" ? "ascending" : sorted === "desc" ? "descending" : "none"}
      className="px-3 py-2 text-left font-medium text-quiet text-sm"
    >
      <button
        type="button"
        onClick={onSort}
        className="inline-flex items-center gap-1 hover:text-ink"
      >
        {children}
        {sorted && <Icon aria-hidden className="size-3.5" />}
      </button>
    </div>
  );
}

function Cell({ children }: { children: React.ReactNode }) {
  return (
    <div role="cell" className="truncate px-3">
      {children}
    </div>
  );
}
