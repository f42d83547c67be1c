import type { ComponentProps } from "react";
import { Input } from "./field";

/** Chooses one file; what was chosen before goes when `null` is said. */
export function FileInput({
  onFile,
  ...rest
}: Omit<ComponentProps<typeof Input>, "type" | "onChange" | "className"> & {
  onFile: (file: File | null) => void;
}) {
  return (
    <Input
      {...rest}
      type="file"
      className="py-1"
      onChange={(event) => onFile(event.target.files?.[0] ?? null)}
    />
  );
}
