import { fireEvent, render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { Dialog } from "./dialog";

it("closing a dialog above another one leaves the lower one open", () => {
  const [lower, upper] = [vi.fn(), vi.fn()];
  render(
    <Dialog open onClose={lower} title="Lower">
      <Dialog open onClose={upper} title="Upper">
        asked
      </Dialog>
    </Dialog>,
  );
  const dialog = screen.getByText("asked").closest("dialog");
  if (!dialog) throw new Error("no dialog");
  fireEvent(dialog, new Event("close"));
  expect(upper).toHaveBeenCalledOnce();
  expect(lower).not.toHaveBeenCalled();
});
