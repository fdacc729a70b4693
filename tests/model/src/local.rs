// SPDX-License-Identifier: Apache-2.0

//! The signed operations of one chain (section 7.4).

use crate::{
	checks::{Authority, Debit, Head, SIGNED_END, check, owner_not_zero},
	half::Half,
	message::{Message, owner_word},
	model::{Effect, Model, Payment},
};
use ligature_primitives::{
	op::{Transfer, Withdraw},
	refusal::Refusal,
};

impl Model {
	pub(crate) fn transfer(&mut self, it: &Transfer) -> Result<Effect, Refusal> {
		let (tx, body) = (&it.tx, &it.tx.body);
		let (token, amount, fee) = (body.token.0, body.amount.get(), body.fee.get());
		let (account, nonce) = (body.account.get(), body.nonce.0);
		self.head(&Head { chains: &[body.chain], network: tx.network.0, expiry: tx.expiry.get() })?;
		check(token < 1024, Refusal::TokenOutOfRange)?;
		owner_not_zero(&body.receiver)?;
		self.fee_place(body.chain, token, fee)?;
		let message = Message {
			kind: 16,
			network: tx.network.0,
			expiry: tx.expiry.get(),
			first: (body.chain.0, account, nonce),
			amount,
			fee,
			token,
			subject: owner_word(&body.receiver),
			..Message::default()
		};
		let by = Authority {
			key: tx.key.public_key(),
			signature: &tx.signature,
			message: message.hash(),
		};
		let debit = Debit { chain: body.chain, account, nonce, token, value: amount + fee };
		self.debit(debit, &by)?;
		let (to, created) =
			self.credit(body.chain, &it.target, body.receiver, SIGNED_END, (token, amount))?;
		let half = Half::Transfer { token, from: account, to, created, amount, fee };
		Ok(Effect {
			halves: vec![(body.chain.0, half)],
			fee: Some((body.chain.0, token, fee)),
			..Effect::default()
		})
	}

	pub(crate) fn withdraw(&mut self, it: &Withdraw) -> Result<Effect, Refusal> {
		let (tx, body) = (&it.tx, &it.tx.body);
		let (token, amount, fee) = (body.token.0, body.amount.get(), body.fee.get());
		let (account, nonce, receiver) = (body.account.get(), body.nonce.0, body.receiver);
		self.head(&Head { chains: &[body.chain], network: tx.network.0, expiry: tx.expiry.get() })?;
		check(token < 512, Refusal::TokenOutOfRange)?;
		owner_not_zero(&receiver)?;
		self.fee_place(body.chain, token, fee)?;
		let message = Message {
			kind: 17,
			network: tx.network.0,
			expiry: tx.expiry.get(),
			first: (body.chain.0, account, nonce),
			amount,
			fee,
			token,
			subject: owner_word(&receiver),
			..Message::default()
		};
		let by = Authority {
			key: tx.key.public_key(),
			signature: &tx.signature,
			message: message.hash(),
		};
		let debit = Debit { chain: body.chain, account, nonce, token, value: amount + fee };
		self.debit(debit, &by)?;
		let half = Half::Withdraw { token, account, receiver, amount, fee };
		Ok(Effect {
			halves: vec![(body.chain.0, half)],
			fee: Some((body.chain.0, token, fee)),
			paid: Some(Payment { chain: body.chain.0, token, amount, receiver }),
			..Effect::default()
		})
	}
}
