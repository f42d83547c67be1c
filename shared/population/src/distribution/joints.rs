//! Pairs that the links of the chain do not hold by themselves: income with everything before it,
//! and education with occupation.

use super::{Distribution, Forward, has_group};
use crate::axis::{ACTIVITIES, BRACKETS, CLASSES, GROUPS, KINDS, LEVELS, NO_GROUP, YEARS, sex_of};

/// Shares of two attributes together.
pub(crate) struct Joints {
    pub(crate) year_brackets: [[f64; BRACKETS]; YEARS],
    pub(crate) activity_brackets: [[f64; BRACKETS]; ACTIVITIES],
    pub(crate) level_brackets: [[f64; BRACKETS]; LEVELS],
    /// Among people in work.
    pub(crate) level_groups: [[f64; GROUPS]; LEVELS],
}

impl Distribution {
    /// The pairs, passed forward like the links.
    pub(crate) fn joints(&self, forward: &Forward) -> Joints {
        let mut joints = Joints {
            year_brackets: [[0.0; BRACKETS]; YEARS],
            activity_brackets: [[0.0; BRACKETS]; ACTIVITIES],
            level_brackets: [[0.0; BRACKETS]; LEVELS],
            level_groups: [[0.0; GROUPS]; LEVELS],
        };
        for activity in 0..ACTIVITIES {
            for kind in 0..KINDS {
                for class in 0..CLASSES {
                    self.join(forward, &mut joints, (activity, kind, class));
                }
            }
        }
        joints
    }

    fn join(
        &self,
        forward: &Forward,
        joints: &mut Joints,
        (activity, kind, class): (usize, usize, usize),
    ) {
        let by_group = self.by_group(forward, (activity, kind, class));
        let sex = sex_of(kind);
        for (group, levels) in by_group.iter().enumerate() {
            let message = self.bracket_message[activity][group][sex][class];
            let brackets = self.brackets(activity, group, sex, class);
            for (level, people) in levels.iter().enumerate().filter(|(_, people)| **people > 0.0) {
                if activity == 0 && group < GROUPS {
                    joints.level_groups[level][group] += people;
                }
                if message <= 0.0 {
                    continue;
                }
                for (bracket, weight) in brackets.iter().enumerate() {
                    let share = people * weight / message;
                    joints.year_brackets[class][bracket] += share;
                    joints.activity_brackets[activity][bracket] += share;
                    joints.level_brackets[level][bracket] += share;
                }
            }
        }
    }

    /// People of one activity, kind and age by group and level.
    fn by_group(
        &self,
        forward: &Forward,
        (activity, kind, class): (usize, usize, usize),
    ) -> [[f64; LEVELS]; GROUPS + 1] {
        let mut by_group = [[0.0; LEVELS]; GROUPS + 1];
        let sex = sex_of(kind);
        for place in 0..2 {
            let levels = forward.activities[activity][kind][class][place];
            for (level, people) in levels.into_iter().enumerate() {
                if people == 0.0 {
                    continue;
                }
                if !has_group(activity) {
                    by_group[NO_GROUP][level] += people;
                    continue;
                }
                let message = self.group_message[activity][class][sex][place][level];
                let groups = self.groups(class, sex, place, level, activity);
                for (group, weight) in groups.into_iter().enumerate().filter(|_| message > 0.0) {
                    by_group[group][level] += people * weight / message;
                }
            }
        }
        by_group
    }
}
