// SPDX-License-Identifier: Apache-2.0

//! Findings in words: what it is, and what to do.

use super::{Due, Evidence, What, hex_of};
use ligature_chain::{Stage, address};
use std::fmt;

/// A stage in words.
const fn stage_name(stage: Stage) -> &'static str {
	match stage {
		Stage::Committed => "committed",
		Stage::Proven => "proven",
		Stage::Certified => "certified",
		Stage::Executed => "executed",
	}
}

/// A payment in words.
fn payment(due: Option<&Due>) -> String {
	match due {
		None => "nothing".into(),
		Some(Due { who, token, amount }) => {
			format!("{amount} of token {token} to {}", address(who))
		},
	}
}

impl fmt::Display for What {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::RootMismatch { refusal } => write!(
				f,
				"the public data does not lead to the root of the header: {} ({refusal})",
				refusal.name()
			),
			Self::BadHeader { refusal } => write!(
				f,
				"the header does not follow the block before: {} ({refusal})",
				refusal.name()
			),
			Self::NotPosted => {
				f.write_str("the extrinsic that should commit the block does not hold it")
			},
			Self::UnknownBlock { stage } => {
				write!(f, "a block is {} that was never committed", stage_name(*stage))
			},
			Self::HeadersDiffer { epoch, other, there } => write!(
				f,
				"chain {other} has another header for this number and revert epoch {epoch}: {}",
				hex_of(there)
			),
			Self::OwedDiffers { token, owed, computed } => write!(
				f,
				"of token {token} the chain says that it owes {owed}; balances, reserves, deposits and pending \
				 payments sum to {computed}"
			),
			Self::Insolvent { token, owed, held } => {
				write!(f, "of token {token} custody holds {held} and owes {owed}")
			},
			Self::SharesDiffer { slot, shares, supply } => {
				write!(f, "the shares of pool {slot} sum to {shares}, and its supply is {supply}")
			},
			Self::PaymentDiffers { place, due, paid } => write!(
				f,
				"payment {place} is {}, and the public data says {}",
				payment(paid.as_ref()),
				payment(due.as_ref())
			),
			Self::RequestExpired { index, expires } => write!(
				f,
				"request {index}, the head of the queue, was not served until block {expires} of the chain"
			),
			Self::RequestLate { index, left } => write!(
				f,
				"request {index}, the head of the queue, expires in {left} blocks of the chain"
			),
			Self::CertifiedUnproven { other, there: None } => {
				write!(f, "it is certified here, and chain {other} has not proven it")
			},
			Self::CertifiedUnproven { other, there: Some(hash) } => write!(
				f,
				"it is certified here, and chain {other} has proven {} under its number",
				hex_of(hash)
			),
			Self::BadCertificate { fault } => {
				write!(f, "the chain has taken a certificate that does not hold: {fault}")
			},
			Self::BadProof { fault } => {
				write!(f, "the chain has taken proofs that do not hold: {fault}")
			},
			Self::Unchecked { evidence: Evidence::Proofs } => f.write_str(
				"its proofs stand in no extrinsic of their own, and were not verified again",
			),
			Self::Unchecked { evidence: Evidence::Certificate } => f.write_str(
				"its certificate stands in no extrinsic of its own, and was not verified again",
			),
			Self::DevelopmentKeys => f.write_str(
				"the secrets of the verifying keys are public: everybody can forge proofs on this chain",
			),
			Self::Stalled { awaited, seconds } => {
				write!(f, "the block is not {} after {seconds} seconds", stage_name(*awaited))
			},
			Self::ChainSilent { seconds } => {
				write!(f, "the chain has finalized no block for {seconds} seconds")
			},
			Self::ChainUnreachable { reason } => write!(f, "the chain does not answer: {reason}"),
			Self::Halted { guardian: true } => {
				f.write_str("the guardian has stopped commit, prove and execute")
			},
			Self::Halted { guardian: false } => f.write_str(
				"commit, prove and execute are stopped, as another chain has refused a block",
			),
			Self::Resumed => f.write_str("commit, prove and execute go on"),
			Self::Reverted { to, epoch } => {
				write!(f, "the blocks after {to} are taken back; the revert epoch is {epoch} now")
			},
			Self::BlockRefused => {
				f.write_str("the oracles have barred the block from being proven on this chain")
			},
			Self::ExodusBegun => f.write_str("the rollup ends on this chain"),
			Self::FreezeFixed => f.write_str("it is the block against which everybody leaves"),
			Self::DepositsPaused { paused: true } => f.write_str("deposits are paused"),
			Self::DepositsPaused { paused: false } => f.write_str("deposits are taken again"),
			Self::MemberSlashed { key } => {
				write!(f, "oracle {} has contradicted itself and lost its bond", hex_of(key))
			},
			Self::KeyAnnounced { version, digest, usable_from } => write!(
				f,
				"a verifying key of version {version} ({}) can be used from block {usable_from} of the chain on",
				hex_of(digest)
			),
			Self::KeyRetired { version } => {
				write!(f, "a verifying key of version {version} is retired")
			},
			Self::EpochAnnounced { epoch, first_block, usable_from } => write!(
				f,
				"the oracles of epoch {epoch} certify from block {first_block} of the rollup on, at the earliest at \
				 block {usable_from} of the chain"
			),
			Self::EpochWithdrawn { epoch } => write!(f, "epoch {epoch} of oracles is withdrawn"),
			Self::CodeAnnounced { hash, usable_from } => write!(
				f,
				"code {} may become the runtime from block {usable_from} of the chain on",
				hex_of(hash)
			),
			Self::OperatorsChanged { operators } => {
				let names: Vec<_> = operators.iter().map(address).collect();
				write!(f, "the operators are {} now", names.join(", "))
			},
			Self::GuardianChanged { guardian: Some(guardian) } => {
				write!(f, "the guardian is {} now", address(guardian))
			},
			Self::GuardianChanged { guardian: None } => f.write_str("there is no guardian now"),
			Self::PastUnseen => f.write_str(
				"payments, proofs and certificates before this block were not looked at",
			),
		}
	}
}

impl What {
	/// What to do.
	pub const fn remedy(&self) -> &'static str {
		match self {
			Self::RootMismatch { .. } | Self::BadHeader { .. } => {
				"the operator lies or is broken: halt, and let governance take its turn away; the block must be \
				 reverted"
			},
			Self::NotPosted | Self::UnknownBlock { .. } => {
				"the chain's runtime or this node is broken: halt, ask another node, and keep this one's database"
			},
			Self::HeadersDiffer { .. } => {
				"the operator lies, or two run with one key: halt; neither block may be certified"
			},
			Self::OwedDiffers { .. } | Self::Insolvent { .. } | Self::SharesDiffer { .. } => {
				"halt, and find where the difference came from before anything is executed"
			},
			Self::PaymentDiffers { .. } => {
				"the chain's runtime is broken: halt, and compare the events of the block with its public data"
			},
			Self::RequestExpired { .. } => {
				"anybody may call enter_exodus; users: be ready to leave with `ligature exit`"
			},
			Self::RequestLate { .. } => "the operator must serve it; ask why it does not",
			Self::CertifiedUnproven { .. } => {
				"more than two thirds of the oracles are wrong, or a node of theirs lies: halt, and compare their logs"
			},
			Self::BadCertificate { .. } => {
				"the chain's runtime or this node is broken: halt, and ask another node"
			},
			Self::BadProof { .. } => {
				"the chain's verifier or its keys are broken: halt before the block is executed"
			},
			Self::Unchecked { .. } => {
				"nothing is known to be wrong: look who sent it, and verify it with `ligature proof verify`"
			},
			Self::DevelopmentKeys => "keep nothing of value on this chain",
			Self::Stalled { awaited, .. } => match awaited {
				Stage::Committed => "look at the operator: it has committed the block elsewhere",
				Stage::Proven => "look at the provers; a block that nobody can prove is a lie",
				Stage::Certified => {
					"look at the oracles: they sign nothing that is not proven everywhere"
				},
				Stage::Executed => "look at the operator; after the grace anybody may execute",
			},
			Self::ChainSilent { .. } => "look at the chain's validators",
			Self::ChainUnreachable { .. } => "look at the node; it is tried again",
			Self::Halted { .. } => {
				"governance resumes, or the refused block is reverted; requests still expire"
			},
			Self::Reverted { .. } => {
				"nothing: their transactions wait again; look why if it happens often"
			},
			Self::BlockRefused => "the operator reverts it on all chains",
			Self::ExodusBegun | Self::FreezeFixed => {
				"users: claim with `ligature exit` once the freeze block is executed"
			},
			Self::MemberSlashed { .. } => "governance schedules an epoch without it",
			Self::KeyAnnounced { .. }
			| Self::EpochAnnounced { .. }
			| Self::CodeAnnounced { .. } => {
				"whoever disagrees asks for a full exit now, and is out before that block"
			},
			Self::OperatorsChanged { .. } | Self::GuardianChanged { .. } => {
				"it holds at once; they can stop the rollup and nothing else"
			},
			Self::Resumed
			| Self::DepositsPaused { .. }
			| Self::KeyRetired { .. }
			| Self::EpochWithdrawn { .. } => "nothing",
			Self::PastUnseen => {
				"to look at everything from block 1 on, leave out `data` and ask an archive node"
			},
		}
	}
}
