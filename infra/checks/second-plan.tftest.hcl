# Whether a second plan is empty: checks/terraform runs this, reads the two
# plans, and fails on anything but no-ops. Everything that can be turned on is.
#
# ../released is this tree as the pipeline leaves it: with an image, a
# revision, traffic and labels of its own, and nothing ignored.

mock_provider "google" {}

variables {
  kms_key       = "projects/sight-test/locations/europe-central2/keyRings/sight/cryptoKeys/sight"
  repository    = { branch = "main", name = "sight", owner = "example" }
  slack_channel = "projects/sight-test/notificationChannels/1"
  neo4j = {
    disk_gb      = 50
    image_digest = "sha256:0000000000000000000000000000000000000000000000000000000000000000"
    machine_type = "e2-standard-2"
  }
}

run "first_apply" {
  command   = apply
  state_key = "one"
}

run "second_plan" {
  command   = plan
  state_key = "one"
}

run "released" {
  command   = apply
  state_key = "one"

  module {
    source = "../released"
  }
}

run "plan_after_a_release" {
  command   = plan
  state_key = "one"
}
