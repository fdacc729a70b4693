// SPDX-License-Identifier: Apache-2.0

//! What holds between extrinsics, whatever was called. Tests check it at the end of each, and
//! `try-runtime` on live chains.

use polkadot_sdk::*;

use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use frame_support::{
	ensure,
	traits::{Get, fungible::Inspect as _, fungibles::Inspect as _},
};
use ligature_primitives::{
	constants::AMOUNT_BITS,
	ids::{BlockNumber, TokenId},
	priority::PriorityRequest,
};
use sp_runtime::{
	TryRuntimeError,
	traits::{CheckedAdd, Zero},
};

use crate::{
	Balance, Blocks, ChainListHash, Claims, Config, ExodusState, Halted, Identity, Operators, Owed,
	PaidBalances, PaidLiquidity, Pallet, Pending, Periods, PriorityQueue, Progress, Refusals,
	Requests, RevertEpoch, Token, TokenOf, Tokens, TopLevelCommit, queue::may_create,
	traits::Lifecycle,
};

type Check = Result<(), TryRuntimeError>;

impl<T: Config> Pallet<T> {
	/// Checks all invariants of the pallet's storage.
	pub fn do_try_state() -> Check {
		Self::try_state_identity()?;
		Self::try_state_periods()?;
		Self::try_state_operators()?;
		Self::try_state_progress()?;
		Self::try_state_blocks()?;
		Self::try_state_pending()?;
		Self::try_state_refusals()?;
		Self::try_state_queue()?;
		Self::try_state_consumed()?;
		Self::try_state_tokens()?;
		Self::try_state_funds()?;
		Self::try_state_modes()?;
		Self::try_state_exits()
	}

	/// ### Invariants of [`Identity`] and [`ChainListHash`]
	///
	/// 1. The list of chains is one that the protocol allows.
	/// 2. The chain is in it.
	/// 3. A chain of a network has periods; a network is open only with an identity.
	/// 4. The network is open iff block 0 was stored: iff any block is.
	fn try_state_identity() -> Check {
		let identity = Identity::<T>::get();
		let valid = identity.as_ref().is_none_or(|identity| identity.check().is_ok());
		ensure!(valid, "the chain's identity is not valid");
		let open = ChainListHash::<T>::exists();
		ensure!(
			identity.is_none() || Periods::<T>::exists(),
			"a chain of a network has no periods"
		);
		ensure!(identity.is_some() || !open, "the network of a chain without identity is open");
		ensure!(open == Blocks::<T>::iter_keys().next().is_some(), "open without block 0");
		Ok(())
	}

	/// ### Invariants of [`Periods`]
	///
	/// 1. The notice is longer than expiry and exit time.
	/// 2. The exit time contains the timeout and more.
	fn try_state_periods() -> Check {
		let Some(periods) = Periods::<T>::get() else { return Ok(()) };
		let leaving = periods.expiry.checked_add(&periods.exit_time);
		ensure!(leaving.is_some_and(|leaving| periods.notice > leaving), "the notice is too short");
		ensure!(periods.exit_time > periods.exodus_timeout, "the exit time is too short");
		Ok(())
	}

	/// ### Invariants of [`Operators`]
	///
	/// 1. No operator is named twice.
	fn try_state_operators() -> Check {
		let operators = Operators::<T>::get();
		let different: BTreeSet<_> = operators.iter().collect();
		ensure!(different.len() == operators.len(), "an operator is named twice");
		Ok(())
	}

	/// ### Invariants of [`Progress`]
	///
	/// 1. `committed ≥ proven ≥ certified ≥ executed`.
	/// 2. At most [`Config::MaxOpenBlocks`] blocks are not executed.
	fn try_state_progress() -> Check {
		let counters = Progress::<T>::get();
		let ordered = counters.committed >= counters.proven
			&& counters.proven >= counters.certified
			&& counters.certified >= counters.executed;
		ensure!(ordered, "the counters are not in order");
		let open = counters.committed.0 - counters.executed.0;
		ensure!(open <= T::MaxOpenBlocks::get().into(), "too many blocks are open");
		Ok(())
	}

	/// ### Invariants of [`Blocks`]
	///
	/// 1. They are contiguous up to the last committed one, begin with an executed one, and are no more
	///    than the executed ones that are kept and the open ones.
	/// 2. Number and hash are the header's; the network is this one.
	/// 3. Each continues the one before: parent hash, roots, indices, time; revert epochs do not fall
	///    and are not above the chain's own.
	/// 4. A block has a time of certification iff it is certified, and none was committed in the
	///    future.
	fn try_state_blocks() -> Check {
		let blocks: BTreeMap<_, _> = Blocks::<T>::iter().collect();
		let Some((first, _)) = blocks.first_key_value() else {
			ensure!(Progress::<T>::get() == Default::default(), "there is progress without blocks");
			return Ok(());
		};
		let counters = Progress::<T>::get();
		let numbers: Vec<_> = blocks.keys().map(|number| number.0).collect();
		let expected: Vec<_> = (first.0..=counters.committed.0).collect();
		ensure!(numbers == expected, "the blocks are not contiguous up to the last");
		ensure!(*first <= counters.executed, "the last executed block is not remembered");
		let most = u64::from(T::KeepBlocks::get()) + u64::from(T::MaxOpenBlocks::get()) + 1;
		ensure!(numbers.len() as u64 <= most, "too many blocks are remembered");

		for (number, block) in &blocks {
			let header = &block.header;
			ensure!(header.number == *number, "a block is stored under another number");
			ensure!(header.hash() == block.hash, "a block is stored with another hash");
			let own = Some(header.chain_list_hash) == ChainListHash::<T>::get();
			ensure!(own, "a block is of another network");
			ensure!(header.revert_epoch <= RevertEpoch::<T>::get(), "a revert epoch is to come");
			let certified = *number <= counters.certified;
			ensure!(block.certified_at.is_some() == certified, "certification has no time");
			let now = Self::now();
			ensure!(block.committed_at <= now, "a block was committed in the future");
			ensure!(block.certified_at.is_none_or(|at| at <= now), "certified in the future");
		}
		for (parent, block) in blocks.values().zip(blocks.values().skip(1)) {
			let (before, after) = (&parent.header, &block.header);
			let continues = after.parent == parent.hash
				&& after.timestamp >= before.timestamp
				&& after.revert_epoch >= before.revert_epoch
				&& after.chains.len() == before.chains.len()
				&& after.chains.iter().zip(&before.chains).all(|(after, before)| {
					(after.chain, after.old_root, after.old_next)
						== (before.chain, before.new_root, before.new_next)
				});
			ensure!(continues, "a block does not continue its parent");
		}
		Ok(())
	}

	/// ### Invariants of [`Pending`]
	///
	/// 1. There are effects iff the block is committed and not executed.
	/// 2. They pay more than 0, of registered tokens.
	fn try_state_pending() -> Check {
		let pending: BTreeMap<_, _> = Pending::<T>::iter().collect();
		let counters = Progress::<T>::get();
		let open = counters.executed.0 + 1..=counters.committed.0;
		let all = pending.keys().map(|number| number.0).eq(open);
		ensure!(all, "not all open blocks have effects, or others have");
		let pays = pending
			.values()
			.flat_map(|effects| &effects.payments)
			.all(|payment| !payment.amount.is_zero() && Tokens::<T>::contains_key(payment.token));
		ensure!(pays, "a block pays nothing, or a token that is not registered");
		Ok(())
	}

	/// ### Invariants of [`Refusals`]
	///
	/// 1. No block that was proven here is refused.
	/// 2. None is further ahead than blocks can be.
	fn try_state_refusals() -> Check {
		let counters = Progress::<T>::get();
		for (number, hash, ()) in Refusals::<T>::iter() {
			let here = Blocks::<T>::get(number).is_some_and(|block| block.hash == hash);
			ensure!(!here || number > counters.proven, "a proven block is refused");
			// Blocks may have been reverted since: from the executed one count the open ones twice.
			let window = counters.executed.0 + 2 * u64::from(T::MaxOpenBlocks::get());
			ensure!(number.0 <= window, "a refusal is too far ahead");
		}
		Ok(())
	}

	/// ### Invariants of [`PriorityQueue`] and [`Requests`]
	///
	/// 1. `executed ≤ committed ≤ next`.
	/// 2. The requests `executed..next` are stored and no others; once exits are open, deposits among
	///    them may have gone back.
	/// 3. Expiries do not fall; the last one is remembered, and nothing expires before it was due.
	/// 4. `creating` counts those from `committed` on that may create an account.
	/// 5. Every request is one that the door lets in: what has the key of a request has a valid key.
	fn try_state_queue() -> Check {
		let queue = PriorityQueue::<T>::get();
		let ordered = queue.executed <= queue.committed && queue.committed <= queue.next;
		ensure!(ordered, "the ends of the queue are not in order");
		let requests: BTreeMap<_, _> = Requests::<T>::iter().collect();
		let within = requests.keys().all(|index| (queue.executed..queue.next).contains(index));
		ensure!(within, "a request is outside the queue");
		let passed = requests.values().all(|stored| stored.request.check().is_ok());
		ensure!(passed, "a request would not pass the door");
		let refunding = <Self as Lifecycle<_>>::exits_open();
		let complete = requests.len() as u64 == queue.next - queue.executed;
		ensure!(complete || refunding, "a request is missing");

		let expiries: Vec<_> = requests.values().map(|request| request.expires).collect();
		ensure!(expiries.is_sorted(), "a request expires before the one ahead of it");
		let last = requests.last_key_value().filter(|(index, _)| **index + 1 == queue.next);
		let remembered = last.is_none_or(|(_, request)| request.expires == queue.last_expiry);
		ensure!(remembered, "the last expiry is not the last request's");

		let creating = requests.range(queue.committed..);
		let creating = creating.filter(|(_, stored)| may_create(&stored.request)).count() as u64;
		let counted = u64::from(queue.creating);
		ensure!(creating == counted || refunding && creating < counted, "creating is miscounted");
		Ok(())
	}

	/// ### Invariants of what open blocks consume
	///
	/// 1. The headers of the open blocks consume exactly the requests `executed..committed`.
	/// 2. Each block knows how many of its requests may create an account.
	fn try_state_consumed() -> Check {
		let Some(identity) = Identity::<T>::get() else { return Ok(()) };
		let (queue, counters) = (PriorityQueue::<T>::get(), Progress::<T>::get());
		let mut next = queue.executed;
		for number in counters.executed.0 + 1..=counters.committed.0 {
			let block = Blocks::<T>::get(BlockNumber(number)).ok_or("an open block is missing")?;
			let own =
				block.header.chain(identity.chain).map_err(|_| "a header lacks this chain")?;
			let end = next + u64::from(own.priority_count);
			let creating = (next..end)
				.filter_map(Requests::<T>::get)
				.filter(|stored| may_create(&stored.request))
				.count();
			ensure!(creating == block.creating as usize, "a block's creating is miscounted");
			next = end;
		}
		ensure!(next == queue.committed, "the open blocks do not consume what is committed");
		Ok(())
	}

	/// ### Invariants of [`Tokens`] and [`TokenOf`]
	///
	/// 1. The numbers are `0..count`, all of L1 tokens.
	/// 2. Number 0, and no other, is the native token; a chain of a network has it.
	/// 3. [`TokenOf`] is the inverse for assets.
	fn try_state_tokens() -> Check {
		let tokens: BTreeMap<_, _> = Tokens::<T>::iter().collect();
		ensure!(tokens.len() == Tokens::<T>::count() as usize, "the tokens are miscounted");
		let numbers = tokens.keys().map(|token| usize::from(token.0)).eq(0..tokens.len());
		ensure!(numbers, "the tokens' numbers have gaps");
		ensure!(tokens.keys().all(|token| token.is_l1()), "a token's number is a pool's");
		ensure!(!tokens.is_empty() || !Identity::<T>::exists(), "the native token is missing");
		for (token, registered) in &tokens {
			let right = match registered {
				Token::Native => *token == TokenId(0),
				Token::Asset(asset) => {
					*token != TokenId(0) && TokenOf::<T>::get(asset) == Some(*token)
				},
			};
			ensure!(right, "a token's number is not its own");
		}
		let assets = TokenOf::<T>::iter_keys().count();
		ensure!(assets == tokens.len().saturating_sub(1), "an asset has a number and is no token");
		Ok(())
	}

	/// ### Invariants of [`Owed`], [`Claims`] and custody
	///
	/// 1. What is owed is of registered tokens, and less than 2^112.
	/// 2. It contains the pending payments, and the deposits that no executed block has consumed.
	/// 3. No pending payment is 0.
	/// 4. The account of custody exists by itself, whatever it holds.
	/// 5. **Solvency**: custody holds what is owed and, on top, the token's least balance, below which it
	///    could lose it. (The native token: as soon as the network is open.)
	fn try_state_funds() -> Check {
		let mut parts = BTreeMap::<TokenId, Balance>::new();
		let mut add = |token: TokenId, amount: Balance| -> Check {
			let part = parts.entry(token).or_default();
			*part = part.checked_add(amount).ok_or("parts of what is owed overflow")?;
			Ok(())
		};
		for (_, token, amount) in Claims::<T>::iter() {
			ensure!(amount > 0, "a payment of nothing is pending");
			add(token, amount)?;
		}
		for stored in Requests::<T>::iter_values() {
			if let PriorityRequest::Deposit { token, amount, .. } = stored.request {
				add(token, amount.get())?;
			}
		}
		for (token, part) in parts {
			ensure!(part <= Owed::<T>::get(token), "more is to be paid than is owed");
		}
		for (token, owed) in Owed::<T>::iter() {
			ensure!(owed >> AMOUNT_BITS == 0, "what is owed is above 2^112");
			let known = owed == 0 || Tokens::<T>::contains_key(token);
			ensure!(known, "what is owed is of no registered token");
		}
		let provided = frame_system::Pallet::<T>::providers(&Self::custody_account()) > 0;
		ensure!(provided || Tokens::<T>::count() == 0, "custody could be reaped");
		for (token, registered) in Tokens::<T>::iter() {
			let least = match &registered {
				Token::Native if !ChainListHash::<T>::exists() => Balance::zero(),
				Token::Native => T::NativeToken::minimum_balance(),
				Token::Asset(asset) => T::Assets::minimum_balance(asset.clone()),
			};
			let needed = Owed::<T>::get(token).checked_add(least).ok_or("custody overflows")?;
			ensure!(Self::custody_balance(&registered) >= needed, "custody is not solvent");
		}
		Ok(())
	}

	/// ### Invariants of [`Halted`], [`ExodusState`] and [`TopLevelCommit`]
	///
	/// 1. In exodus nothing is halted, and exodus has not begun in the future.
	/// 2. A refused block for which the chain is halted is committed here and not certified.
	/// 3. Once the freeze block is fixed, it is the last committed, proven and certified one.
	/// 4. No mark of a commit outlives its extrinsic.
	fn try_state_modes() -> Check {
		let (halt, counters) = (Halted::<T>::get(), Progress::<T>::get());
		if let Some(refused) = halt.refused {
			let here =
				Blocks::<T>::get(refused.number).is_some_and(|block| block.hash == refused.hash);
			ensure!(here && refused.number > counters.certified, "halted for a block that is gone");
		}
		if let Some(exodus) = ExodusState::<T>::get() {
			ensure!(halt.is_over(), "halted in exodus");
			ensure!(exodus.since <= Self::now(), "exodus begins in the future");
			let last = exodus.freeze.is_none_or(|freeze| {
				[counters.committed, counters.proven, counters.certified] == [freeze; 3]
			});
			ensure!(last, "the freeze block is not the last");
		}
		ensure!(!TopLevelCommit::<T>::exists(), "the mark of a commit has outlived it");
		Ok(())
	}

	/// ### Invariants of [`PaidBalances`] and [`PaidLiquidity`]
	///
	/// 1. Nothing has left before exits were open.
	/// 2. Balances have left of L1 tokens only, liquidity of pools of this network only.
	fn try_state_exits() -> Check {
		let balances: Vec<_> = PaidBalances::<T>::iter_keys().collect();
		let liquidity: Vec<_> = PaidLiquidity::<T>::iter_keys().collect();
		let none = balances.is_empty() && liquidity.is_empty();
		ensure!(none || <Self as Lifecycle<_>>::exits_open(), "something has left too early");
		ensure!(balances.iter().all(|(_, token)| token.is_l1()), "shares have left as a balance");
		let chains = Identity::<T>::get().map(|identity| identity.chains).unwrap_or_default();
		let known = liquidity.iter().all(|(home, _, side, _)| *side <= 1 && chains.contains(home));
		ensure!(known, "liquidity of a foreign pool has left");
		Ok(())
	}
}
