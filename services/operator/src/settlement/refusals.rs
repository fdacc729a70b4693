// SPDX-License-Identifier: Apache-2.0

//! What a refused call means: whether it is done already, will go another time, or never.

use super::steps::Action;

/// What to do about a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
	/// The chain has it already, or wants something else first that its counters will tell.
	Obsolete,
	/// It goes another time.
	Passes,
	/// It goes another time, if somebody does something about it.
	Help,
	/// It never goes.
	Never,
}

/// What an error of a pallet means for a call that was in a block.
pub fn meaning(action: Action, pallet: &str, name: &str) -> Meaning {
	match (pallet, action) {
		("Rollup", Action::Commit(_)) => commit(name),
		("Rollup", Action::Execute(_)) => execute(name),
		("Rollup", Action::Revert { .. }) => revert(name),
		// Which keys and oracles a block may name.
		("ProofVerifier" | "RootOracle", Action::Commit(_)) => match name {
			"NoticeNotOver" => Meaning::Passes,
			_ => Meaning::Never,
		},
		_ => Meaning::Help,
	}
}

fn commit(name: &str) -> Meaning {
	match name {
		"WrongNumber" => Meaning::Obsolete,
		// Until blocks are executed, the clock has come so far, the guardian resumes, the revert that is
		// under way is there.
		"TooManyOpenBlocks" | "TimestampTooLate" | "RollupHalted" | "NotYourTurn" => {
			Meaning::Passes
		},
		"NotOperator" | "NetworkNotOpen" | "NoNetwork" | "NotTopLevel" | "InExodus" => {
			Meaning::Help
		},
		"WrongParent"
		| "WrongRevertEpoch"
		| "WrongOracleEpoch"
		| "TimestampOrder"
		| "TimestampTooEarly"
		| "UnknownKeys"
		| "OldStateMismatch"
		| "BadEmptyHalf"
		| "BadJoinClass"
		| "DataLength"
		| "MalformedPublicData"
		| "CommitmentMismatch"
		| "PriorityMismatch"
		| "PriorityMissing"
		| "UnknownToken"
		| "BlockIsRefused"
		| "WrongNetwork"
		| "UnknownBlock"
		| "Arithmetic" => Meaning::Never,
		_ => Meaning::Help,
	}
}

fn execute(name: &str) -> Meaning {
	match name {
		"NotNextToExecute" => Meaning::Obsolete,
		"RollupHalted" | "GraceNotOver" => Meaning::Passes,
		_ => Meaning::Help,
	}
}

fn revert(name: &str) -> Meaning {
	match name {
		"EpochMustRise" => Meaning::Obsolete,
		// It has proven more, or committed less, than its counters said a moment ago.
		"CannotRevert" => Meaning::Passes,
		_ => Meaning::Help,
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use ligature_primitives::ids::BlockNumber;

	const COMMIT: Action = Action::Commit(BlockNumber(3));
	const EXECUTE: Action = Action::Execute(BlockNumber(3));
	const REVERT: Action = Action::Revert { to: BlockNumber(3), epoch: 1 };

	/// The names of the errors that a pallet declares, from its source.
	fn errors(source: &str) -> Vec<String> {
		let body = source.split("pub enum Error<T> {").nth(1).expect("the pallet has errors");
		let body = body.split("\n\t}").next().expect("they end");
		let lines = body.lines().map(str::trim).filter(|line| !line.starts_with("//"));
		lines.filter_map(|line| line.strip_suffix(',')).map(str::to_owned).collect()
	}

	#[test]
	fn every_name_should_be_one_that_the_pallet_has() {
		let declared = errors(include_str!("../../../../pallets/rollup/src/lib.rs"));
		assert!(declared.contains(&"TimestampTooEarly".to_owned()), "{declared:?}");
		let here = include_str!("refusals.rs").split("#[cfg(test)]").next().expect("code");
		let quoted: Vec<_> = here.split('"').skip(1).step_by(2).collect();
		let others = ["Rollup", "ProofVerifier", "RootOracle", "NoticeNotOver"];
		assert!(quoted.len() > 30, "{quoted:?}");
		for name in quoted.into_iter().filter(|name| !others.contains(name)) {
			assert!(declared.iter().any(|error| error == name), "there is no error {name}");
		}
	}

	#[test]
	fn what_the_chain_has_already_should_be_let_go() {
		assert_eq!(meaning(COMMIT, "Rollup", "WrongNumber"), Meaning::Obsolete);
		assert_eq!(meaning(EXECUTE, "Rollup", "NotNextToExecute"), Meaning::Obsolete);
		assert_eq!(meaning(REVERT, "Rollup", "EpochMustRise"), Meaning::Obsolete);
	}

	#[test]
	fn what_time_cures_should_wait() {
		for name in ["TooManyOpenBlocks", "TimestampTooLate", "RollupHalted", "NotYourTurn"] {
			assert_eq!(meaning(COMMIT, "Rollup", name), Meaning::Passes, "{name}");
		}
		for pallet in ["ProofVerifier", "RootOracle"] {
			assert_eq!(meaning(COMMIT, pallet, "NoticeNotOver"), Meaning::Passes);
		}
		assert_eq!(meaning(EXECUTE, "Rollup", "RollupHalted"), Meaning::Passes);
		assert_eq!(meaning(REVERT, "Rollup", "CannotRevert"), Meaning::Passes);
	}

	#[test]
	fn what_time_does_not_cure_should_lead_to_a_revert() {
		let names = [
			"TimestampTooEarly",
			"WrongParent",
			"WrongRevertEpoch",
			"WrongOracleEpoch",
			"PriorityMismatch",
			"PriorityMissing",
			"BlockIsRefused",
			"CommitmentMismatch",
		];
		for name in names {
			assert_eq!(meaning(COMMIT, "Rollup", name), Meaning::Never, "{name}");
		}
		assert_eq!(meaning(COMMIT, "ProofVerifier", "KeyIsRetired"), Meaning::Never);
	}

	#[test]
	fn what_nobody_expects_should_call_for_help() {
		assert_eq!(meaning(COMMIT, "Rollup", "NotOperator"), Meaning::Help);
		assert_eq!(meaning(COMMIT, "Rollup", "SomethingNew"), Meaning::Help);
		assert_eq!(meaning(EXECUTE, "Rollup", "TooLittleWeight"), Meaning::Help);
		assert_eq!(meaning(REVERT, "Rollup", "NotOperator"), Meaning::Help);
		assert_eq!(meaning(REVERT, "Balances", "InsufficientBalance"), Meaning::Help);
	}
}
