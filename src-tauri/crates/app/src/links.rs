//! Links as text: what “copy as” puts on the clipboard and `aloft upload --format` prints.

use crate::contract::LinkFormat;

/// One finished upload's link in the form asked for. `name` is the alternative text; `is_image`
/// decides between an embedded picture and an ordinary link.
pub fn format_link(format: LinkFormat, address: &str, name: &str, is_image: bool) -> String {
    match format {
        LinkFormat::Url => address.to_owned(),
        LinkFormat::Markdown => {
            let bang = if is_image { "!" } else { "" };
            let address = address
                .replace(' ', "%20")
                .replace('(', "%28")
                .replace(')', "%29");
            format!("{bang}[{}]({address})", escape_markdown(name))
        }
        LinkFormat::Html if is_image => format!(
            "<img src=\"{}\" alt=\"{}\">",
            escape_html(address),
            escape_html(name)
        ),
        LinkFormat::Html => format!(
            "<a href=\"{}\">{}</a>",
            escape_html(address),
            escape_html(name)
        ),
        LinkFormat::Bbcode if is_image => format!("[img]{address}[/img]"),
        LinkFormat::Bbcode => format!("[url={address}]{}[/url]", name.replace(['[', ']'], " ")),
    }
}

fn escape_markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '\\' | '[' | ']' | '*' | '_' | '`' | '<' | '>') {
            escaped.push('\\');
        }
        escaped.push(if letter.is_control() { ' ' } else { letter });
    }
    escaped
}

fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_out_of_its_form() {
        let name = "a\"><script>](x)[b]\n.png";
        let address = "https://res.example/c/image/upload/v1/a(b).png";
        let markdown = format_link(LinkFormat::Markdown, address, name, true);
        assert_eq!(
            markdown,
            "![a\"\\>\\<script\\>\\](x)\\[b\\] .png](https://res.example/c/image/upload/v1/a%28b%29.png)"
        );
        let html = format_link(LinkFormat::Html, address, name, true);
        assert!(!html.contains("<script>") && html.starts_with("<img src=\"https://"));
        let bbcode = format_link(LinkFormat::Bbcode, address, "x[/url]y", false);
        assert_eq!(bbcode.matches("[/url]").count(), 1);
    }
}
