// SPDX-License-Identifier: Apache-2.0

//! The whole way with real proofs, real oracles and real money, checked from the chains; and what a wallet is refused.

use ligature_chain::PoolState;
use ligature_cli::{
	failure::Failure,
	session::{Limit, Terms},
};
use ligature_e2e::{ALPHA, BETA, Holdings, World, done, solvency, units};
use ligature_primitives::{
	amount::Fee,
	ids::{Nonce, Side},
	pool::swap_out,
};

/// The name of a refusal.
#[track_caller]
fn refusal<T>(result: Result<T, Failure>) -> String {
	let failure = result.err().expect("it is refused");
	failure.refusal().unwrap_or_else(|| panic!("it is refused by name: {failure}")).into()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trade_across_chains_should_go_from_deposit_to_payout() {
	let world = World::start().await;
	let before = [
		Holdings { usdt: 0, weth: 0, ..outside(&world, &world.eve).await },
		Holdings { usdt: 0, weth: 0, ..outside(&world, &world.ferdie).await },
	];
	world.deposits("10000", "4").await;
	let liquidity_fee = world.pool("6000", "2").await;

	// Ferdie swaps both ways; what comes out is what the formula gives for the reserves of the moment.
	let (r0, r1) = (units(&world.usdt, "6000"), units(&world.weth, "2"));
	let a = units(&world.usdt, "300");
	let out = swap_out(r0, r1, a, 30).unwrap();
	let there = world.swap(&world.ferdie, &world.usdt, &world.weth, "300").await;
	world.ordered(&there).await;
	let (r0, r1) = (out.reserve_in, out.reserve_out);
	let b = units(&world.weth, "0.05");
	let back = swap_out(r1, r0, b, 30).unwrap();
	let home = world.swap(&world.ferdie, &world.weth, &world.usdt, "0.05").await;
	world.ordered(&home).await;
	world.say("both swaps are ordered");

	let transfer = world.transfer(&world.ferdie, &world.usdt, &world.eve, "25").await;
	world.send(&transfer).await;
	let withdrawn = units(&world.weth, "0.1");
	let session = &world.session;
	let own = world.ferdie.owner();
	let terms = Terms::default();
	let withdrawal = session.withdraw(&world.ferdie, &world.weth, own, withdrawn, &terms).await;
	let withdrawal = done("a withdrawal", withdrawal);
	world.all_the_way(&withdrawal).await;
	let last = world.settled().await;

	let ferdie = Holdings::of(&world, &world.ferdie).await;
	let deposited = [units(&world.usdt, "10000").get(), units(&world.weth, "4").get()];
	let sent = units(&world.usdt, "25").get();
	let fees = there.fee.get() + transfer.fee.get();
	assert_eq!(ferdie.usdt, deposited[0] - a.get() + back.amount_out.get() - sent - fees);
	let fees = home.fee.get() + withdrawal.fee.get();
	assert_eq!(ferdie.weth, deposited[1] + out.amount_out.get() - b.get() - withdrawn.get() - fees);
	assert_eq!(ferdie.usdt_outside, before[1].usdt_outside - deposited[0]);
	assert_eq!(ferdie.weth_outside, before[1].weth_outside - deposited[1] + withdrawn.get());
	let eve = Holdings::of(&world, &world.eve).await;
	let pooled = units(&world.usdt, "6000").get() + liquidity_fee.get();
	assert_eq!(eve.usdt, deposited[0] - pooled + sent);
	assert_eq!(eve.weth_outside, before[0].weth_outside - deposited[1]);

	// Both chains hold the same header for every block, and both know both reserves.
	for number in 1..=last.0 {
		let number = ligature_primitives::ids::BlockNumber(number);
		let [one, other] = [world.block(ALPHA, number).await, world.block(BETA, number).await];
		assert_eq!(one.unwrap().header, other.unwrap().header, "block {number}");
	}
	let reserves = (back.reserve_out, back.reserve_in);
	for (chain, side) in [(ALPHA, Side::Zero), (BETA, Side::One)] {
		let at = world.chain(chain).await.best().await.unwrap();
		let pools = at.pools().await.unwrap();
		let (_, pool) = pools.iter().find(|(_, pool)| pool.side == side).unwrap();
		let PoolState::Live { own, foreign, .. } = pool.state else {
			panic!("chain {chain} has executed the pool's blocks")
		};
		let expected = if side == Side::Zero { reserves } else { (reserves.1, reserves.0) };
		assert_eq!((own, foreign), expected, "chain {chain}");
	}
	solvency(&world).await;
	world.say("everything adds up");

	refusals(&world).await;
	world.stop().await;
}

/// What a person has on the chains before anything is on the ledger.
async fn outside(world: &World, wallet: &ligature_cli::wallet::Wallet) -> Holdings {
	let mut found = Holdings { usdt: 0, weth: 0, usdt_outside: 0, weth_outside: 0 };
	for (chain, token) in [(ALPHA, &world.usdt), (BETA, &world.weth)] {
		let at = world.chain(chain).await.best().await.unwrap();
		let balance = at.asset_balance(token.asset.unwrap(), wallet.owner().0).await.unwrap();
		if chain == ALPHA {
			found.usdt_outside = balance;
		} else {
			found.weth_outside = balance;
		}
	}
	found
}

/// What the operator refuses a wallet, each by its name; nothing of it leaves a trace.
async fn refusals(world: &World) {
	let session = &world.session;
	let before = Holdings::of(world, &world.ferdie).await;
	let amount = units(&world.usdt, "1");
	let sign = async |terms: Terms| {
		let to = world.eve.owner();
		let signed = session.transfer(&world.ferdie, &world.usdt, to, amount, &terms).await;
		session.send(&done("signing", signed)).await
	};
	let spent = Terms { nonce: Some(Nonce(0)), ..Terms::default() };
	assert_eq!(refusal(sign(spent).await), "NonceMismatch");
	let far = Terms { nonce: Some(Nonce(1_000_000)), ..Terms::default() };
	assert_eq!(refusal(sign(far).await), "NonceTooFar");
	// Somebody else's key.
	let to = world.eve.owner();
	let cheap = Terms { fee: Some(Fee::ZERO), ..Terms::default() };
	assert_eq!(refusal(sign(cheap).await), "FeeTooLow");
	let stolen = session.transfer(&world.ferdie, &world.usdt, to, amount, &Terms::default()).await;
	let mut stolen = done("signing", stolen);
	let mut bytes = stolen.transaction.encode();
	let last = bytes.len() - 1;
	bytes[last - 40] ^= 1;
	stolen.transaction = ligature_primitives::op::Transaction::decode(&bytes).unwrap();
	assert_eq!(refusal(session.send(&stolen).await), "BadSignature");
	// A price that does not come.
	let much = units(&world.weth, "1000");
	let limit = Limit::MinOut(much);
	let dear = session
		.swap(&world.ferdie, &world.usdt, &world.weth, amount, limit, &Terms::default())
		.await;
	assert!(matches!(dear, Err(Failure::Failed { .. })), "the wallet itself refuses");
	assert_eq!(Holdings::of(world, &world.ferdie).await, before, "nothing has moved");
	world.say("refusals are refused");
}
