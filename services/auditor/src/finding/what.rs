// SPDX-License-Identifier: Apache-2.0

//! The kinds of findings. Names are stable: alerts are written against them.

use super::{
	Severity,
	fault::{CertificateFault, Due, Evidence, ProofFault},
};
use ligature_chain::{AccountId, Stage};
use ligature_primitives::{
	header::Digest,
	ids::{BlockNumber, ChainId, PoolSlot, TokenId},
	refusal::Refusal,
};

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
	/// The public data of a committed block does not lead to the header's root.
	RootMismatch {
		/// Where it fails.
		refusal: Refusal,
	},
	/// A committed header does not follow the block before, or is not of this network.
	BadHeader {
		/// What is wrong with it.
		refusal: Refusal,
	},
	/// The public data of a committed block stands nowhere.
	NotPosted,
	/// A block came to a stage that was never committed.
	UnknownBlock {
		/// The stage.
		stage: Stage,
	},
	/// Two chains have different headers of one number and revert epoch.
	HeadersDiffer {
		/// The revert epoch.
		epoch: u32,
		/// The other chain.
		other: ChainId,
		/// Its header's hash.
		there: Digest,
	},
	/// What custody owes is not what the ledger says.
	OwedDiffers {
		/// The token.
		token: TokenId,
		/// What the chain says that it owes.
		owed: u128,
		/// Balances, reserves, deposits not consumed, pending payments.
		computed: u128,
	},
	/// Custody holds less than it owes.
	Insolvent {
		/// The token.
		token: TokenId,
		/// What it owes.
		owed: u128,
		/// What it holds.
		held: u128,
	},
	/// The shares of a pool do not sum to their supply.
	SharesDiffer {
		/// The pool on its home chain.
		slot: PoolSlot,
		/// Balances, and those that are locked.
		shares: u128,
		/// What the pool says.
		supply: u128,
	},
	/// What a block has paid is not what its public data says.
	PaymentDiffers {
		/// The first payment that differs, from 0.
		place: usize,
		/// What the public data says.
		due: Option<Due>,
		/// What was paid.
		paid: Option<Due>,
	},
	/// The head of the priority queue has expired.
	RequestExpired {
		/// The request.
		index: u64,
		/// At this block of the chain.
		expires: u32,
	},
	/// The head of the priority queue waits for long.
	RequestLate {
		/// The request.
		index: u64,
		/// Blocks of the chain until it expires.
		left: u32,
	},
	/// A block is certified here that another chain has not proven, or has proven differently.
	CertifiedUnproven {
		/// The other chain.
		other: ChainId,
		/// What it has proven instead.
		there: Option<Digest>,
	},
	/// A certificate that the chain has taken does not hold.
	BadCertificate {
		/// Why.
		fault: CertificateFault,
	},
	/// Proofs that the chain has taken do not hold.
	BadProof {
		/// Why.
		fault: ProofFault,
	},
	/// Something could not be checked.
	Unchecked {
		/// What.
		evidence: Evidence,
	},
	/// Everybody knows the secrets of the chain's verifying keys.
	DevelopmentKeys,
	/// A block does not come to its next stage.
	Stalled {
		/// The stage that it waits for.
		awaited: Stage,
		/// For how many seconds.
		seconds: u64,
	},
	/// The chain finalizes no blocks.
	ChainSilent {
		/// For how many seconds.
		seconds: u64,
	},
	/// The chain does not answer.
	ChainUnreachable {
		/// What happened.
		reason: String,
	},
	/// Commit, prove and execute are stopped.
	Halted {
		/// By the guardian; else for a refused block.
		guardian: bool,
	},
	/// They go on.
	Resumed,
	/// Blocks were taken back.
	Reverted {
		/// The last one that stays.
		to: BlockNumber,
		/// The revert epoch that holds now.
		epoch: u32,
	},
	/// The oracles have barred a block from being proven here.
	BlockRefused,
	/// The rollup ends.
	ExodusBegun,
	/// The block against which everybody leaves is fixed.
	FreezeFixed,
	/// Deposits are paused, or come again.
	DepositsPaused {
		/// Whether they are.
		paused: bool,
	},
	/// An oracle has contradicted itself and lost its bond.
	MemberSlashed {
		/// Its key.
		key: [u8; 32],
	},
	/// A verifying key can be used soon.
	KeyAnnounced {
		/// The version of the circuits.
		version: u16,
		/// The key's digest.
		digest: Digest,
		/// From this block of the chain on.
		usable_from: u32,
	},
	/// No new block may use a verifying key.
	KeyRetired {
		/// The version of the circuits.
		version: u16,
	},
	/// Other oracles certify soon.
	EpochAnnounced {
		/// The epoch.
		epoch: u32,
		/// The first block that they certify.
		first_block: BlockNumber,
		/// From this block of the chain on.
		usable_from: u32,
	},
	/// An announced epoch will not be.
	EpochWithdrawn {
		/// The epoch.
		epoch: u32,
	},
	/// Other code may become the runtime soon.
	CodeAnnounced {
		/// Its hash.
		hash: Digest,
		/// From this block of the chain on.
		usable_from: u32,
	},
	/// Others commit blocks.
	OperatorsChanged {
		/// They are now.
		operators: Vec<AccountId>,
	},
	/// Somebody else may halt.
	GuardianChanged {
		/// It is now.
		guardian: Option<AccountId>,
	},
	/// What happened before was not looked at.
	PastUnseen,
}

impl What {
	/// Its name, which stays.
	pub const fn name(&self) -> &'static str {
		match self {
			Self::RootMismatch { .. } => "RootMismatch",
			Self::BadHeader { .. } => "BadHeader",
			Self::NotPosted => "NotPosted",
			Self::UnknownBlock { .. } => "UnknownBlock",
			Self::HeadersDiffer { .. } => "HeadersDiffer",
			Self::OwedDiffers { .. } => "OwedDiffers",
			Self::Insolvent { .. } => "Insolvent",
			Self::SharesDiffer { .. } => "SharesDiffer",
			Self::PaymentDiffers { .. } => "PaymentDiffers",
			Self::RequestExpired { .. } => "RequestExpired",
			Self::RequestLate { .. } => "RequestLate",
			Self::CertifiedUnproven { .. } => "CertifiedUnproven",
			Self::BadCertificate { .. } => "BadCertificate",
			Self::BadProof { .. } => "BadProof",
			Self::Unchecked { .. } => "Unchecked",
			Self::DevelopmentKeys => "DevelopmentKeys",
			Self::Stalled { .. } => "Stalled",
			Self::ChainSilent { .. } => "ChainSilent",
			Self::ChainUnreachable { .. } => "ChainUnreachable",
			Self::Halted { .. } => "Halted",
			Self::Resumed => "Resumed",
			Self::Reverted { .. } => "Reverted",
			Self::BlockRefused => "BlockRefused",
			Self::ExodusBegun => "ExodusBegun",
			Self::FreezeFixed => "FreezeFixed",
			Self::DepositsPaused { .. } => "DepositsPaused",
			Self::MemberSlashed { .. } => "MemberSlashed",
			Self::KeyAnnounced { .. } => "KeyAnnounced",
			Self::KeyRetired { .. } => "KeyRetired",
			Self::EpochAnnounced { .. } => "EpochAnnounced",
			Self::EpochWithdrawn { .. } => "EpochWithdrawn",
			Self::CodeAnnounced { .. } => "CodeAnnounced",
			Self::OperatorsChanged { .. } => "OperatorsChanged",
			Self::GuardianChanged { .. } => "GuardianChanged",
			Self::PastUnseen => "PastUnseen",
		}
	}

	/// How bad it is.
	pub const fn severity(&self) -> Severity {
		match self {
			Self::RequestExpired { .. } => Severity::Alarm,
			_ if self.halt_helps() => Severity::Alarm,
			Self::RequestLate { .. }
			| Self::Unchecked { .. }
			| Self::DevelopmentKeys
			| Self::Stalled { .. }
			| Self::ChainSilent { .. }
			| Self::ChainUnreachable { .. }
			| Self::Halted { .. }
			| Self::BlockRefused
			| Self::ExodusBegun
			| Self::MemberSlashed { .. } => Severity::Warning,
			_ => Severity::Notice,
		}
	}

	/// Whether it says that a rule is broken, so that stopping commit, prove and execute keeps the damage small.
	pub const fn halt_helps(&self) -> bool {
		matches!(
			self,
			Self::RootMismatch { .. }
				| Self::BadHeader { .. }
				| Self::NotPosted
				| Self::UnknownBlock { .. }
				| Self::HeadersDiffer { .. }
				| Self::OwedDiffers { .. }
				| Self::Insolvent { .. }
				| Self::SharesDiffer { .. }
				| Self::PaymentDiffers { .. }
				| Self::CertifiedUnproven { .. }
				| Self::BadCertificate { .. }
				| Self::BadProof { .. }
		)
	}

	/// What makes it the same finding when it is seen again: of what is looked at again at every block, what it is
	/// about; of what happens once, where it happened too.
	pub(super) fn subject(&self, at: u32) -> String {
		match self {
			Self::OwedDiffers { token, .. } | Self::Insolvent { token, .. } => token.to_string(),
			Self::SharesDiffer { slot, .. } => slot.to_string(),
			Self::RequestExpired { index, .. } | Self::RequestLate { index, .. } => {
				index.to_string()
			},
			Self::CertifiedUnproven { other, .. } | Self::HeadersDiffer { other, .. } => {
				other.to_string()
			},
			Self::Stalled { awaited, .. } => format!("{awaited:?}"),
			Self::KeyAnnounced { digest, .. } => hex::encode(digest),
			Self::EpochAnnounced { epoch, usable_from, .. } => format!("{epoch} {usable_from}"),
			Self::DevelopmentKeys => String::new(),
			// Until the chain's next block it is the same silence.
			Self::ChainSilent { .. } | Self::ChainUnreachable { .. } => at.to_string(),
			_ => format!("{at}: {self}"),
		}
	}
}
