// SPDX-License-Identifier: Apache-2.0

//! From votes to certificates.

use super::{Ballots, MessageId, Tally, epoch};
use ligature_primitives::vote::{Certificate, VoteMessage, threshold};

/// A certificate that chains accept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ready {
	/// Names the message.
	pub id: MessageId,
	/// What was signed.
	pub message: VoteMessage,
	/// The certificate's bytes.
	pub certificate: Vec<u8>,
	/// Members of the epoch.
	pub members: usize,
	/// Place of a member of ours among them, if it is one.
	pub place: Option<usize>,
}

impl Ballots {
	/// The certificates that the votes are enough for; `member` is who brings them.
	pub fn ready(&self, member: &[u8; 32]) -> Vec<Ready> {
		let tallies = self.tallies.iter();
		let mut ready: Vec<_> =
			tallies.filter_map(|(id, tally)| self.certify(*id, tally, member)).collect();
		ready.sort_by_key(|ready| ready.message.number);
		ready
	}

	fn certify(&self, id: MessageId, tally: &Tally, member: &[u8; 32]) -> Option<Ready> {
		let members = self.epochs.get(&epoch(&tally.message))?;
		let count = u16::try_from(members.len()).ok()?;
		let mut signatures: Vec<(u16, [u8; 64])> = Vec::with_capacity(tally.signatures.len());
		for (place, key) in (0u16..).zip(members) {
			if let Some(signature) = tally.signatures.get(key) {
				signatures.push((place, *signature));
			}
		}
		if signatures.len() < threshold(count.into()) as usize {
			return None;
		}
		let message = tally.message.clone();
		let certificate = Certificate { message: message.clone(), signatures };
		Some(Ready {
			id,
			message,
			certificate: certificate.encode(count).ok()?,
			members: members.len(),
			place: members.binary_search(member).ok(),
		})
	}
}
