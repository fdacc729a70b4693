// SPDX-License-Identifier: Apache-2.0

//! The member: its key, its journal, and the votes it has heard. Everything that it decides happens here, one thing after
//! the other.

use crate::{
	OracleError,
	ballots::{Ballot, Ballots, Evidence, Heard, id_of},
	decide::decide,
	journal::Journal,
	keys::MemberKey,
	metrics::Metrics,
	relayer::{Brief, lacks},
	seen::Seen,
};
use ligature_chain::SignedVote;
use ligature_operator_api::VoteBytes;
use ligature_primitives::{
	header::Digest,
	ids::{BlockNumber, ChainId, NetworkId},
	vote::{VoteKind, VoteMessage},
};
use std::{collections::BTreeMap, sync::Arc};

/// So many blocks below the last that is certified everywhere are kept in memory, to know own votes that come back. More
/// than chains remember certificates.
const REMEMBERED: u64 = 1_024;

/// A member of the oracles in one network.
pub struct Core {
	network: NetworkId,
	key: MemberKey,
	journal: Journal,
	ballots: Ballots,
	/// Members who have contradicted themselves, with the first evidence found.
	evidence: BTreeMap<[u8; 32], Arc<Evidence>>,
	/// The own votes that still matter, as relays take them.
	own: Arc<Vec<VoteBytes>>,
	metrics: Metrics,
}

impl Core {
	/// A member with this key and journal.
	pub fn new(network: NetworkId, key: MemberKey, journal: Journal, metrics: Metrics) -> Self {
		metrics.journal(journal.len());
		let ballots = Ballots::new(network);
		let (evidence, own) = (BTreeMap::new(), Arc::default());
		Self { network, key, journal, ballots, evidence, own, metrics }
	}

	/// The member's public key.
	pub fn member(&self) -> [u8; 32] {
		self.key.public()
	}

	/// What was signed.
	pub fn journal(&self) -> &Journal {
		&self.journal
	}

	/// The own votes that still matter: what relays should have.
	pub fn own(&self) -> Arc<Vec<VoteBytes>> {
		self.own.clone()
	}

	/// The members against whom there is evidence.
	pub fn equivocators(&self) -> impl Iterator<Item = &[u8; 32]> {
		self.evidence.keys()
	}

	/// Takes in what the chains say; signs what is to be signed, if it may.
	///
	/// # Errors
	///
	/// [`OracleError::Unknown`] if a chain holds a vote of this member's that the journal does not;
	/// [`OracleError::Journal`] if it cannot be written.
	pub fn see(&mut self, seen: &Seen, may_sign: bool) -> Result<(), OracleError> {
		self.metrics.looked(seen);
		for chain in &seen.chains {
			for (number, hash) in &chain.signed {
				self.check_certificate(chain.chain, *number, hash.as_ref())?;
			}
		}
		self.ballots.look(seen);
		let settled = seen.least_certified().0.saturating_sub(REMEMBERED);
		self.journal.forget_below(BlockNumber(settled));
		if may_sign {
			for message in decide(seen, self.journal.memory(), &self.key.public()) {
				self.sign(&message)?;
			}
		}
		self.gather_own();
		Ok(())
	}

	/// Takes in a vote that a relay has sent. Gives back whether it came too early, and should be heard again.
	///
	/// # Errors
	///
	/// [`OracleError::Unknown`] if it is this member's and the journal does not hold it.
	pub fn hear(&mut self, vote: &VoteBytes, place: &str) -> Result<bool, OracleError> {
		let Some(ballot) = Ballot::read(vote) else {
			tracing::debug!("{place} gives a malformed vote");
			return Ok(false);
		};
		let (member, message) = (ballot.member, &ballot.vote.message);
		if member == self.key.public() {
			self.check_own(&ballot, place)?;
		}
		let (kind, number) = (message.kind, message.number);
		match self.ballots.hear(ballot) {
			Heard::New => self.metrics.heard(&member),
			Heard::Equivocation(evidence) => self.accuse(*evidence),
			Heard::Early => return Ok(true),
			Heard::Forged => {
				tracing::warn!(
					"{place} gives a forged vote {kind:?} about block {} of 0x{}",
					number.0,
					hex::encode(member)
				);
			},
			Heard::Known | Heard::Irrelevant | Heard::Stranger => {},
		}
		Ok(false)
	}

	/// What there is to bring to each chain.
	pub fn briefs(&self, seen: &Seen) -> BTreeMap<ChainId, Brief> {
		let ready = self.ballots.ready(&self.key.public());
		let evidence: Vec<_> = self.evidence.values().cloned().collect();
		seen.chains
			.iter()
			.map(|chain| {
				let ready = ready.iter().filter(|ready| lacks(chain, ready)).cloned().collect();
				(chain.chain, Brief { ready, evidence: evidence.clone() })
			})
			.collect()
	}

	/// Signs a vote: into the journal, then to everybody.
	fn sign(&mut self, message: &VoteMessage) -> Result<(), OracleError> {
		let signature = self.journal.sign(message, &self.key)?;
		let VoteMessage { kind, number, hash, .. } = message;
		tracing::info!("signed {kind:?} about block {} (0x{})", number.0, hex::encode(hash));
		self.metrics.signed(*kind, self.journal.len());
		let vote = SignedVote { message: message.clone(), signature };
		self.ballots.hear(Ballot { member: self.key.public(), vote });
		Ok(())
	}

	/// Makes the own votes known that still matter: after a start, those of the journal.
	fn gather_own(&mut self) {
		let member = self.key.public();
		let votes = self.journal.memory().since(self.ballots.lowest());
		let ballots = votes.map(|message| Ballot {
			member,
			vote: SignedVote {
				signature: self.key.sign(&message.encode()),
				message: message.clone(),
			},
		});
		let ballots: Vec<_> = ballots.collect();
		let own: Vec<_> = ballots.iter().map(Ballot::bytes).collect();
		if own != *self.own {
			for ballot in ballots {
				self.ballots.hear(ballot);
			}
			self.own = Arc::new(own);
		}
	}

	/// That a vote with our name is one that we know to have signed.
	fn check_own(&self, ballot: &Ballot, place: &str) -> Result<(), OracleError> {
		let message = &ballot.vote.message;
		let memory = self.journal.memory();
		let relevant = message.network == self.network && message.number >= memory.floor();
		if !relevant || memory.holds(message) || !ballot.holds() {
			return Ok(());
		}
		tracing::error!("unknown vote of our own: 0x{}", hex::encode(id_of(message)));
		Err(OracleError::Unknown {
			kind: message.kind,
			number: message.number,
			place: format!("given by {place}"),
		})
	}

	/// That a certificate with our signature is about a block that we know to have signed.
	fn check_certificate(
		&self,
		chain: ChainId,
		number: BlockNumber,
		hash: Option<&Digest>,
	) -> Result<(), OracleError> {
		let memory = self.journal.memory();
		let is = |vote: &VoteMessage| {
			vote.kind == VoteKind::Block && hash.is_none_or(|hash| *hash == vote.hash)
		};
		if number < memory.floor() || memory.about(number).iter().any(is) {
			return Ok(());
		}
		let place = format!("in the certificate on chain {}", chain.0);
		Err(OracleError::Unknown { kind: VoteKind::Block, number, place })
	}

	fn accuse(&mut self, evidence: Evidence) {
		let member = evidence.member;
		self.metrics.heard(&member);
		self.metrics.equivocation(&member);
		let about = |vote: &SignedVote| {
			let VoteMessage { kind, number, hash, .. } = &vote.message;
			format!("{kind:?} about block {} (0x{})", number.0, hex::encode(hash))
		};
		tracing::error!(
			"member 0x{} contradicts itself: {}, and {}",
			hex::encode(member),
			about(&evidence.first),
			about(&evidence.second)
		);
		self.evidence.entry(member).or_insert_with(|| Arc::new(evidence));
	}
}
