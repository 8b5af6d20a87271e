//! A server of a language model that speaks the chat completions, with tools.

use std::{env, time::Duration};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

/// How long the model may take for one answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(600);
/// The most tokens of one answer.
const ANSWER_TOKENS_MAX: u32 = 512;
/// What is sent as the key, if the server wants one.
const KEY_VARIABLE: &str = "LLM_API_KEY";

/// A model behind its server.
pub(super) struct Model {
    agent: ureq::Agent,
    url: String,
    key: Option<String>,
    /// Which model, if the server has several.
    name: Option<String>,
    /// Whether a model that can think aloud is asked not to.
    thinks: bool,
}

/// What the model answered.
#[derive(Default)]
pub(super) struct Answer {
    pub(super) text: String,
    pub(super) calls: Vec<ModelCall>,
    /// Whether it ran out of tokens.
    pub(super) is_cut: bool,
    /// Whether its server could make nothing of it.
    pub(super) is_unreadable: bool,
    pub(super) read_tokens: u64,
    pub(super) written_tokens: u64,
}

/// A call as the model wrote it.
#[derive(Clone)]
pub(super) struct ModelCall {
    pub(super) id: String,
    pub(super) tool: String,
    /// The text of its arguments.
    pub(super) arguments: String,
}

impl Answer {
    fn unreadable(text: String) -> Self {
        Self {
            text,
            is_unreadable: true,
            ..Self::default()
        }
    }
}

impl Model {
    /// The model behind `url`, with or without `/v1` at its end.
    pub(super) fn at(url: &str, name: Option<String>, thinks: bool) -> Result<Self> {
        if !url.starts_with("http://") {
            bail!("--llm takes an address that begins with http://, such as http://127.0.0.1:8080");
        }
        let url = url.trim_end_matches('/').trim_end_matches("/v1");
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(ANSWER_LIMIT))
            .http_status_as_error(false)
            .build();
        Ok(Self {
            agent: agent.into(),
            url: format!("{url}/v1/chat/completions"),
            key: env::var(KEY_VARIABLE).ok(),
            name,
            thinks,
        })
    }

    /// Asks for the next answer; the same again for the same question, if the server can do that.
    pub(super) fn answer(&self, messages: &[Value], tools: &[Value]) -> Result<Answer> {
        let mut body = Map::new();
        body.insert("messages".into(), messages.into());
        body.insert("tools".into(), tools.into());
        body.insert("temperature".into(), 0.into());
        body.insert("seed".into(), 1.into());
        body.insert("max_tokens".into(), ANSWER_TOKENS_MAX.into());
        if let Some(name) = &self.name {
            body.insert("model".into(), name.as_str().into());
        }
        if !self.thinks {
            body.insert(
                "chat_template_kwargs".into(),
                json!({"enable_thinking": false}),
            );
        }
        let mut request = self.agent.post(&self.url);
        if let Some(key) = &self.key {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        let mut response = request
            .send_json(&body)
            .with_context(|| format!("{} does not answer", self.url))?;
        let status = response.status();
        let text = response.body_mut().read_to_string()?;
        if status.is_server_error() {
            // What the model wrote can be no call, as its server says in this way.
            return Ok(Answer::unreadable(format!("{status}: {text}")));
        }
        if !status.is_success() {
            bail!("{} answered {status}: {text}", self.url);
        }
        read(&text).with_context(|| format!("{} answered what is no completion: {text}", self.url))
    }
}

/// Reads a completion.
fn read(text: &str) -> Option<Answer> {
    let answer: Value = serde_json::from_str(text).ok()?;
    let choice = answer.get("choices")?.get(0)?;
    let message = choice.get("message")?;
    let calls = message.get("tool_calls").and_then(Value::as_array);
    let calls = calls.into_iter().flatten().map(|call| {
        let function = call.get("function")?;
        let arguments = function.get("arguments").unwrap_or(&Value::Null);
        Some(ModelCall {
            id: call
                .get("id")
                .and_then(Value::as_str)
                .unwrap_or("1")
                .to_owned(),
            tool: function.get("name")?.as_str()?.to_owned(),
            // Some servers send the object itself.
            arguments: arguments
                .as_str()
                .map_or_else(|| arguments.to_string(), str::to_owned),
        })
    });
    let tokens = |kind: &str| answer.get("usage")?.get(kind)?.as_u64();
    Some(Answer {
        text: message
            .get("content")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        calls: calls.collect::<Option<_>>()?,
        is_unreadable: false,
        is_cut: choice.get("finish_reason").and_then(Value::as_str) == Some("length"),
        read_tokens: tokens("prompt_tokens").unwrap_or_default(),
        written_tokens: tokens("completion_tokens").unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_completion_is_read_whatever_form_its_arguments_have() {
        let text = json!({
            "choices": [{"finish_reason": "tool_calls", "message": {"content": null, "tool_calls": [
                {"id": "a", "function": {"name": "task_list", "arguments": "{\"process\":\"x\"}"}},
                {"function": {"name": "task_list", "arguments": {"process": "x"}}},
            ]}}],
            "usage": {"prompt_tokens": 12, "completion_tokens": 3},
        });
        let answer = read(&text.to_string()).unwrap();
        assert_eq!((answer.read_tokens, answer.written_tokens), (12, 3));
        let arguments: Vec<&str> = answer
            .calls
            .iter()
            .map(|call| call.arguments.as_str())
            .collect();
        assert_eq!(arguments, ["{\"process\":\"x\"}"; 2]);
        assert!(read("{\"error\": \"busy\"}").is_none());
    }

    #[test]
    fn an_address_that_cannot_be_reached_this_way_is_refused() {
        assert!(Model::at("https://example.com", None, true).is_err());
        let model = Model::at("http://127.0.0.1:8080/v1/", None, true).unwrap();
        assert_eq!(model.url, "http://127.0.0.1:8080/v1/chat/completions");
    }
}
