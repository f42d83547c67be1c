//! Pairs that the links of the chain do not hold by themselves: income with everything before it,
//! and education with occupation.

use super::{AtWork, Distribution, Earner, Forward};
use crate::axis::{ACTIVITIES, BRACKETS, GROUPS, KINDS, LEVELS, YEARS, age, class_of, sex_of};

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
                for year in 0..YEARS {
                    self.join(forward, &mut joints, AtWork { activity, kind, year });
                }
            }
        }
        joints
    }

    fn join(&self, forward: &Forward, joints: &mut Joints, at: AtWork) {
        let AtWork { activity, kind, year } = at;
        let (sex, class) = (sex_of(kind), class_of(age(year)));
        let by_group = self.by_group(forward, at);
        let cells = by_group.iter().enumerate().flat_map(|(pay_zone, groups)| {
            groups.iter().enumerate().map(move |(group, levels)| (pay_zone, group, levels))
        });
        for (pay_zone, group, levels) in cells {
            let message = self.bracket_message[activity][pay_zone][group][sex][class];
            let brackets = self.brackets(Earner { pay_zone, activity, group, sex, class });
            for (level, people) in levels.iter().enumerate().filter(|(_, people)| **people > 0.0) {
                if activity == 0 && group < GROUPS {
                    joints.level_groups[level][group] += people;
                }
                if message <= 0.0 {
                    continue;
                }
                for (bracket, weight) in brackets.iter().enumerate() {
                    let share = people * weight / message;
                    joints.year_brackets[year][bracket] += share;
                    joints.activity_brackets[activity][bracket] += share;
                    joints.level_brackets[level][bracket] += share;
                }
            }
        }
    }
}
