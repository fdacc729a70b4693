// SPDX-License-Identifier: Apache-2.0

//! What to sign: a function of what the chains say and of what was signed before, and of nothing else.
//!
//! | file | vote | signed when |
//! |---|---|---|
//! | `block` | *block* | it is proven on all chains with equal bytes, and the conditions of section 12.5 hold |
//! | `refuse` | *refuse* | a chain has proven a block, and another one can never take it |
//! | `refused` | *refused* | a chain says that it shall never prove a block that another chain still has |
//! | `freeze` | *freeze*, *frozen* | exodus has begun somewhere; the first chain has fixed its last block |

mod block;
mod freeze;
mod refuse;
mod refused;
#[cfg(test)]
mod tests;

pub use refuse::{Reason, never};

use crate::{
	memory::{Draft, Memory},
	seen::Seen,
};
use ligature_primitives::vote::VoteMessage;

/// The votes that a member with this key signs now, in the order in which it must sign them. What it has signed is
/// not among them.
pub fn decide(seen: &Seen, memory: &Memory, member: &[u8; 32]) -> Vec<VoteMessage> {
	let mut desk = Desk { seen, member, draft: Draft::new(memory) };
	block::decide(&mut desk);
	refuse::decide(&mut desk);
	refused::decide(&mut desk);
	freeze::decide(&mut desk);
	desk.draft.into_votes()
}

/// What lies before the member.
struct Desk<'a> {
	seen: &'a Seen,
	member: &'a [u8; 32],
	draft: Draft<'a>,
}

impl Desk<'_> {
	/// Signs, if this member is asked and the rules allow it.
	fn sign(&mut self, message: VoteMessage) {
		if self.seen.asks(self.member, message.oracle_epoch, &message.member_set_hash) {
			self.draft.add(message);
		}
	}
}
