import type { ReactNode } from "react";
import { Empty, Failure, Loading } from "@/components/ui/states";

type Listed<T> = { data: T[] | undefined; error: unknown; refetch: () => unknown };

/** A screen that lists things of one kind: its title, how to make another one, and a row each. */
export function ListScreen<T extends { id: string }>({
  title,
  create,
  list,
  empty,
  children,
}: {
  title: string;
  create: ReactNode;
  list: Listed<T>;
  empty: { title: string; hint: string };
  children: (one: T) => ReactNode;
}) {
  const { data, error, refetch } = list;
  return (
    <div className="flex flex-col gap-5">
      <div className="flex items-center justify-between gap-4">
        <h1 className="font-semibold text-2xl">{title}</h1>
        {data && data.length > 0 && create}
      </div>
      {error ? (
        <Failure failure={error} retry={() => void refetch()} />
      ) : !data ? (
        <Loading />
      ) : data.length === 0 ? (
        <Empty title={empty.title} action={create}>
          {empty.hint}
        </Empty>
      ) : (
        <ul className="flex flex-col gap-3">
          {data.map((one) => (
            <li
              key={one.id}
              className="card relative flex flex-wrap items-center gap-x-4 gap-y-1 px-5 py-3.5 hover:shadow-md"
            >
              {children(one)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The link of a row; all of the row takes its click. */
export const ROW_LINK = "after:absolute after:inset-0 after:rounded-card";
