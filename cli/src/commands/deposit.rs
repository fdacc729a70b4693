// SPDX-License-Identifier: Apache-2.0

//! `ligature deposit`: a token from the chain into the ledger.

use clap::Args;
use ligature_chain::Call;
use serde_json::json;

use super::{
	common::{Follow, Link, Who, chain_of},
	follow::{self, call_json},
};
use crate::{
	failure::Failure,
	session::{KeyState, chain_trouble},
	wallet::address,
};

/// Bring a token from its chain into the ledger; the first deposit sets the account's key
#[derive(Args)]
pub struct Deposit {
	/// How much, as 12.5
	amount: String,
	/// Which token: USDT, USDT@alpha
	token: String,
	/// Its chain, if the token does not say it
	#[arg(long, value_name = "CHAIN")]
	chain: Option<String>,
	/// Who gets it on the ledger [default: the wallet's account]
	#[arg(long, value_name = "ADDRESS")]
	to: Option<String>,
	/// Do not set the account's key, though it has none
	#[arg(long)]
	no_key: bool,
	#[command(flatten)]
	follow: Follow,
	#[command(flatten)]
	who: Who,
	#[command(flatten)]
	link: Link,
}

impl Deposit {
	pub async fn run(self) -> Result<(), Failure> {
		let ui = self.link.ui();
		let to = self.to.as_deref().map(address::parse).transpose()?;
		let wallet = self.who.wallet()?;
		let to = to.unwrap_or(wallet.owner());
		let session = self.link.session().await?;
		let token = session.token(&self.token, chain_of(&session, self.chain.as_deref())?)?;
		if !token.id.is_l1() {
			return Err(Failure::input(
				format!("{} are shares of a pool, which exist on the ledger only", token.name()),
				"deposit the pool's tokens, and add liquidity: `ligature liquidity add`",
			));
		}
		let amount = token.parse(&self.amount)?;
		if amount.is_zero() {
			return Err(Failure::input("a deposit of 0 moves nothing", "write how much"));
		}
		let own = to == wallet.owner();
		// Without the operator nobody says whether there is a key: setting the same one again does no harm.
		let state = match session.operator() {
			Ok(_) if own => session.key_state(&wallet, token.chain).await?,
			_ => KeyState::Missing,
		};
		let key = own && !self.no_key && state == KeyState::Missing;
		if own && state == KeyState::Other {
			ui.line(format_args!(
				"note: your account on {} has another wallet's key; `ligature key set` puts this one there",
				token.chain_name
			));
		}
		let trouble = |error| chain_trouble(&token.chain_name, error);
		let at = session.chain(token.chain).await?.best().await.map_err(trouble)?;
		let price = at.status().await.map_err(trouble)?.request_price;
		let there = match token.asset {
			None => at.native_balance(wallet.owner().0).await,
			Some(asset) => at.asset_balance(asset, wallet.owner().0).await,
		};
		let there = there.map_err(trouble)?;
		if there < amount.get() {
			return Err(Failure::failed(
				format!(
					"this takes {}, and your account on {} has {}; nothing was sent",
					token.show(amount.get()),
					token.chain_name,
					token.show(there)
				),
				"send the account more on its chain, or deposit less",
			));
		}
		let call =
			Call::Deposit { token: token.id, owner: to, amount, key: key.then(|| wallet.key()) };
		let sent = follow::call(ui, &session, &wallet, token.chain, &call, self.follow).await?;
		let native = session.token_of(token.chain, ligature_primitives::ids::TokenId::NATIVE);
		let mut json = call_json(&session, token.chain, &sent, self.follow);
		json["kind"] = json!("deposit");
		json["amount"] = token.to_json(amount.get());
		json["to"] = json!(address::show(to));
		json["setsKey"] = json!(key);
		json["price"] = native.to_json(price);
		let text = format!(
			"deposit of {} for {}{}: {}",
			token.show(amount.get()),
			address::short(&address::show(to)),
			if key { ", with the account's key" } else { "" },
			json["state"].as_str().unwrap_or_default(),
		);
		ui.print(if self.follow.no_wait { follow::hex_of(&sent.0) } else { text }, &json)
	}
}
