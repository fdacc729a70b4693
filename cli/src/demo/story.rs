// SPDX-License-Identifier: Apache-2.0

//! What happens: deposits, a pool, a tape of orders, a transfer, withdrawals.

use futures::future::{join_all, try_join_all};
use ligature_chain::{Call, Chain};
use ligature_operator_api::{BlockInfo, OperatorApiClient, TransactionHash, TransactionState};
use ligature_primitives::{
	amount::Amount,
	ids::{ChainId, Side, TokenId},
};
use serde::Serialize;

use super::{
	cast::{Cast, Coins, FAUCET, NATIVE, Role, deposit, funds},
	desk::{Deed, Desk, Sent, now, trouble},
	flow::fits,
	market::Sell,
	progress::{Progress, Step},
	tape::{OPENING, Order, Trader, USDT},
	watch::{Blocks, in_blocks, is_executed, not_refused, until},
};
use crate::{
	devnet::{FEE_ACCOUNT_DEPOSIT, send},
	failure::Failure,
	session::{Session, Token},
	wallet::Wallet,
};

/// Who deposits, where, of what, how much.
pub type Deposit = (Role, ChainId, TokenId, u128);

/// A refusal that was provoked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
	/// The name of the reason.
	pub name: String,
	/// The reason.
	pub message: String,
}

/// All that happened.
pub struct Facts {
	/// Deposits.
	pub deposits: Vec<Deposit>,
	/// When the last of them was in a block of its chain, in milliseconds since 1970.
	pub deposited: u64,
	/// The first liquidity.
	pub open: Sent,
	/// The orders, in the order of the tape.
	pub orders: Vec<Sent>,
	/// A transfer and withdrawals.
	pub others: Vec<Sent>,
	/// The order whose limit could not hold.
	pub refused: Refusal,
	/// All blocks, as the operator tells them.
	pub blocks: Vec<BlockInfo>,
}

/// The steps and how many seconds each may take, with blocks of this class and so many orders.
pub fn steps(class: u8, orders: usize) -> Vec<Step> {
	// Slots of a half, and seconds until a full block is proven, with two provers on two cores.
	let (slots, proving) = match class {
		1 => (8.0, 12.0),
		2 => (32.0, 35.0),
		_ => (128.0, 130.0),
	};
	// A trade takes a slot and a half of each chain on average, and settling takes some blocks of the chains.
	let settled = proving + 20.0;
	let trades = (orders as f64 * 1.5 / slots).ceil() * proving + settled;
	let step = |name, estimate| Step { name, estimate };
	vec![
		step("network", 60.0),
		step("funds", 15.0),
		step("deposits", 25.0),
		step("pool", settled * 0.5),
		step("trades", trades),
		step("withdrawals", settled),
		step("checks", 20.0),
	]
}

/// Makes it happen.
///
/// # Errors
///
/// Whatever does not come about.
pub async fn tell(
	session: &Session,
	cast: &Cast,
	coins: &Coins,
	tape: &[Order],
	class: u8,
	progress: &Progress,
) -> Result<Facts, Failure> {
	let mut chains = Vec::new();
	for token in coins.both() {
		chains.push(session.chain(token.chain).await?);
	}
	let mut blocks = Blocks::default();

	progress.step("funds");
	progress.detail("everybody gets funds on both chains");
	try_join_all((0..2).map(|side| fund(&chains[side], cast, coins, side))).await?;
	progress.done("three people with new keys have LIG, USDT and WETH on the chains");

	progress.step("deposits");
	progress.detail("everybody deposits on both chains");
	let mut deposits: Vec<Deposit> = coins
		.both()
		.iter()
		.map(|token| (Role::Operator, token.chain, TokenId(0), FEE_ACCOUNT_DEPOSIT))
		.collect();
	let made = join_all(
		cast.people()
			.flat_map(|(role, wallet)| (0..2).map(move |side| (role, wallet, side)))
			.map(|(role, wallet, side)| request(&chains[side], role, wallet, coins, side)),
	);
	for made in made.await {
		deposits.push(made?);
	}
	let deposited = now();
	until(session, &mut blocks, "deposits wait for a block", async |_| {
		for (role, wallet) in cast.people() {
			let accounts = session.accounts(wallet.owner()).await?;
			for (side, token) in coins.both().into_iter().enumerate() {
				let account = accounts.iter().find(|account| account.chain == token.chain.0);
				let there = account.is_some_and(|account| {
					let mut balances = account.balances.iter();
					let enough = deposit(role, side);
					account.has_key
						&& balances.any(|it| it.token == token.id.0 && it.amount.0 == enough)
				});
				if !there {
					return Ok(None);
				}
			}
		}
		Ok(Some(()))
	})
	.await?;
	progress.done("their deposits are on the ledger, with their keys");

	progress.step("pool");
	progress.detail("both sides of the pool come to the ledger");
	let params = coins.params().pack();
	until(session, &mut blocks, "the pool waits for a block", async |_| {
		let pools = session.pools().await?;
		let found = pools.iter().find(|pool| pool.params.0 == u128::from(params));
		Ok(found.filter(|pool| pool.complete).map(drop))
	})
	.await?;
	let mut desk = Desk::open(session, cast, coins).await?;
	let deed = Deed::Open { amount0: OPENING.reserve0, amount1: OPENING.reserve1 };
	let open = desk.send(Role::Provider, deed).await?;
	in_blocks(session, &mut blocks, &[open.hash], |_, _| ()).await?;
	let (usdt, weth) = (coins.usdt.show(OPENING.reserve0), coins.weth.show(OPENING.reserve1));
	progress.done(&format!("a pool of {usdt} on alpha and {weth} on beta"));

	progress.step("trades");
	let orders = trade(session, &mut desk, &mut blocks, tape, class, progress).await?;
	progress.done(&format!("{} orders are in blocks", orders.len()));

	let others = leave(session, &mut desk, cast, coins).await?;
	let refused = provoke(session, &mut desk, coins, &mut blocks).await?;
	progress.done(&format!("an order whose limit cannot hold is refused: {}", refused.name));
	let hashes: Vec<_> = others.iter().map(|sent| sent.hash).collect();
	in_blocks(session, &mut blocks, &hashes, |_, _| ()).await?;
	progress.done("a transfer and two withdrawals are in blocks");

	settle(session, &mut blocks, progress).await?;
	let count = blocks.all().count();
	progress.done(&format!("{count} blocks are executed on both chains: withdrawals are paid"));
	let blocks = blocks.all().cloned().collect();
	Ok(Facts { deposits, deposited, open, orders, others, refused, blocks })
}

/// Everybody gets native tokens and the asset of a chain.
async fn fund(chain: &Chain, cast: &Cast, coins: &Coins, side: usize) -> Result<(), Failure> {
	let faucet = Wallet::from_suri(FAUCET)?;
	let token = coins.both()[side];
	let mut calls = Vec::new();
	for (role, wallet) in cast.people() {
		let to = wallet.owner().0;
		calls.push(Call::Transfer { to, amount: NATIVE });
		if let Some(asset) = token.asset {
			calls.push(Call::TransferAsset { asset, to, amount: funds(role, side) });
		}
	}
	let what = format!("funds for everybody on {}", token.chain_name);
	send(chain, &Call::Batch(calls), faucet.signer(), &what).await?;
	Ok(())
}

/// Somebody deposits on a chain, with the key; the provider asks for that side of the pool, too.
async fn request(
	chain: &Chain,
	role: Role,
	wallet: &Wallet,
	coins: &Coins,
	side: usize,
) -> Result<Deposit, Failure> {
	let token = coins.both()[side];
	let units = deposit(role, side);
	let mut calls = vec![Call::Deposit {
		token: token.id,
		owner: wallet.owner(),
		amount: Amount::new(units).map_err(|error| {
			Failure::failed(format!("a deposit of {units}: {error}"), "please report this")
		})?,
		key: Some(wallet.key()),
	}];
	if role == Role::Provider {
		let side = if side == 0 { Side::Zero } else { Side::One };
		calls.push(Call::CreatePool { params: coins.params(), side });
	}
	let what = format!("the {role}'s deposit on {}", token.chain_name);
	send(chain, &Call::Batch(calls), wallet.signer(), &what).await?;
	Ok((role, token.chain, token.id, units))
}

/// Sends the tape, never more than fits into one block, and waits until all of it is in blocks.
async fn trade(
	session: &Session,
	desk: &mut Desk<'_>,
	blocks: &mut Blocks,
	tape: &[Order],
	class: u8,
	progress: &Progress,
) -> Result<Vec<Sent>, Failure> {
	let mut sent: Vec<Sent> = Vec::new();
	let mut hashes: Vec<TransactionHash> = Vec::new();
	let heard = |hashes: &[TransactionHash], blocks: &Blocks| {
		let there = hashes.iter().filter_map(|hash| blocks.of(hash));
		let (there, settled) = there.fold((0_usize, 0_usize), |(there, settled), it| {
			(there + 1, settled + usize::from(is_executed(it)))
		});
		let all = tape.len();
		progress.detail(format!(
			"{there} of {all} orders in blocks, {settled} executed on both chains"
		));
		progress.part(there + settled, 2 * all);
	};
	for order in tape {
		until(session, blocks, "orders wait for a block", async |blocks| {
			heard(&hashes, blocks);
			let waiting = hashes.iter().zip(tape).filter(|(hash, _)| blocks.of(hash).is_none());
			let waiting: Vec<_> = waiting.collect();
			let all = waiting.iter().map(|(_, order)| order.sells).chain([order.sells]);
			if fits(class, all) {
				return Ok(Some(()));
			}
			for (hash, _) in waiting {
				not_refused(session, hash).await?;
			}
			Ok(None)
		})
		.await?;
		let deed = Deed::Trade(order.clone());
		let order = desk.send(Role::Trader(order.trader), deed).await?;
		hashes.push(order.hash);
		sent.push(order);
	}
	in_blocks(session, blocks, &hashes, |_, blocks| heard(&hashes, blocks)).await?;
	Ok(sent)
}

/// A transfer on alpha; then each trader leaves with half of what they have of one token: the arbitrageur with USDT on
/// alpha, the other one with WETH on beta.
async fn leave(
	session: &Session,
	desk: &mut Desk<'_>,
	cast: &Cast,
	coins: &Coins,
) -> Result<Vec<Sent>, Failure> {
	let arbitrageur = Role::Trader(Trader::Arbitrageur);
	let noise = Role::Trader(Trader::Noise);
	let half = async |role: Role, token: &Token| {
		let accounts = session.accounts(cast.wallet(role).owner()).await?;
		let of_chain = accounts.iter().filter(|account| account.chain == token.chain.0);
		let balances = of_chain.flat_map(|account| &account.balances);
		let held: u128 = balances.filter(|it| it.token == token.id.0).map(|it| it.amount.0).sum();
		Ok::<_, Failure>(held / 2)
	};
	let usdt = half(arbitrageur, &coins.usdt).await?;
	let weth = half(noise, &coins.weth).await?;
	let (alpha, beta) = (coins.usdt.chain, coins.weth.chain);
	let gift = Deed::Transfer { chain: alpha, to: arbitrageur, amount: 100 * USDT };
	Ok(vec![
		desk.send(noise, gift).await?,
		desk.send(arbitrageur, Deed::Withdraw { chain: alpha, amount: usdt }).await?,
		desk.send(noise, Deed::Withdraw { chain: beta, amount: weth }).await?,
	])
}

/// An order that asks for twice what the operator quotes: it must be dropped with that reason.
async fn provoke(
	session: &Session,
	desk: &mut Desk<'_>,
	coins: &Coins,
	blocks: &mut Blocks,
) -> Result<Refusal, Failure> {
	let amount = 100 * USDT;
	let params = u128::from(coins.params().pack());
	let asked = session.operator()?.quote(params.into(), 0, amount.into()).await;
	let quote = asked.map_err(|error| trouble(session, error))?;
	let order = Order {
		tick: 0,
		trader: Trader::Noise,
		sells: Sell::Zero,
		amount,
		min_out: 2 * quote.amount_out.0,
		reference: 0,
	};
	let hash = desk.send_in_vain(Role::Provider, order).await?;
	until(session, blocks, "an order that must be refused waits", async |_| {
		let asked = session.operator()?.transaction(hash).await;
		match asked.map_err(|error| trouble(session, error))?.state {
			TransactionState::Pending => Ok(None),
			TransactionState::Refused { name, message, .. } if name == "SlippageExceeded" => {
				Ok(Some(Refusal { name, message }))
			},
			other => Err(Failure::failed(
				format!("an order that asks for twice what the pool gives came to {other:?}"),
				"it must be refused with SlippageExceeded; please report this",
			)),
		}
	})
	.await
}

/// Waits until all blocks are executed everywhere.
async fn settle(
	session: &Session,
	blocks: &mut Blocks,
	progress: &Progress,
) -> Result<(), Failure> {
	progress.step("withdrawals");
	let mut first = None;
	until(session, blocks, "blocks wait for their execution", async |blocks| {
		let (all, done) = (blocks.all().count(), blocks.executed());
		let first = *first.get_or_insert(done);
		progress.detail(format!("{done} of {all} blocks executed on both chains"));
		progress.part(done - first.min(done), all - first.min(all));
		Ok((done == all).then_some(()))
	})
	.await
}
