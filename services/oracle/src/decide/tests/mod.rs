// SPDX-License-Identifier: Apache-2.0

//! Each condition of section 12.5 of `docs/protocol.md`: what is signed when it holds, and that nothing is when it
//! does not. `histories` plays random ones, with operators and members who cheat.

mod block;
mod freeze;
mod histories;
mod refusals;

use crate::{decide, memory::Memory, testing::world::World};
use ligature_primitives::vote::{VoteKind, VoteMessage};

/// What the first member signs, having signed nothing before.
fn fresh(world: &World) -> Vec<VoteMessage> {
	decide(&world.seen(), &Memory::default(), world.member())
}

/// What it signs, having signed these.
fn after(world: &World, signed: &[VoteMessage]) -> Vec<VoteMessage> {
	let mut memory = Memory::default();
	signed.iter().cloned().for_each(|message| memory.record(message));
	decide(&world.seen(), &memory, world.member())
}

/// The votes of one kind.
fn of(kind: VoteKind, votes: &[VoteMessage]) -> Vec<&VoteMessage> {
	votes.iter().filter(|vote| vote.kind == kind).collect()
}
