// Generated from ui/messages by `cargo xtask generate`. Not edited by hand.

//! The words for tray, dialogs, notifications and window titles, in the language that is spoken.

use crate::language::Language;

/// {origin} wants to upload to “{label}”. Whoever gets a signature can upload to that account for an hour. Allow it only if this page is yours.
#[rustfmt::skip]
pub fn dialog_agent_ask_body(origin: &str, label: &str) -> String {
    Language::spoken().say(["{origin} wants to upload to “{label}”. Whoever gets a signature can upload to that account for an hour. Allow it only if this page is yours.", "{origin} möchte zu „{label}“ hochladen. Wer eine Signatur erhält, kann eine Stunde lang in dieses Konto hochladen. Nur zulassen, wenn diese Seite die eigene ist.", "{origin} quiere subir a «{label}». Quien recibe una firma puede subir a esa cuenta durante una hora. Permítalo solo si esta página es suya.", "{origin} が「{label}」へのアップロードを求めています。署名を受け取ると、1 時間このアカウントにアップロードできます。自分のページである場合だけ許可してください。", "تريد \u{2068}{origin}\u{2069} الرفع إلى «\u{2068}{label}\u{2069}». من يحصل على توقيع يمكنه الرفع إلى هذا الحساب لمدة ساعة. اسمح بذلك فقط إن كانت هذه الصفحة لك."], &[("origin", origin), ("label", label)])
}

/// Deny
#[rustfmt::skip]
pub fn dialog_agent_ask_deny() -> String {
    Language::spoken().say(["Deny", "Ablehnen", "Denegar", "拒否", "رفض"], &[])
}

/// Allow longer…
#[rustfmt::skip]
pub fn dialog_agent_ask_longer() -> String {
    Language::spoken().say(["Allow longer…", "Länger zulassen …", "Permitir más tiempo…", "続けて許可…", "السماح لمدة أطول…"], &[])
}

/// Allow once
#[rustfmt::skip]
pub fn dialog_agent_ask_once() -> String {
    Language::spoken().say(["Allow once", "Einmal zulassen", "Permitir una vez", "1 回だけ許可", "السماح مرة واحدة"], &[])
}

/// A page asks for signatures
#[rustfmt::skip]
pub fn dialog_agent_ask_title() -> String {
    Language::spoken().say(["A page asks for signatures", "Eine Seite bittet um Signaturen", "Una página pide firmas", "ページが署名を求めています", "صفحة تطلب تواقيع"], &[])
}

/// It uploads there as well.
#[rustfmt::skip]
pub fn dialog_agent_edit_also() -> String {
    Language::spoken().say(["It uploads there as well.", "Auch hochladen darf der Client dorthin.", "También sube allí.", "アップロード先もこのアカウントになります。", "وهو يرفع إليه أيض\u{64b}ا."], &[])
}

/// Folder: “{folder}”.
#[rustfmt::skip]
pub fn dialog_agent_edit_folder(folder: &str) -> String {
    Language::spoken().say(["Folder: “{folder}”.", "Ordner: „{folder}“.", "Carpeta: «{folder}».", "フォルダー: 「{folder}」。", "المجلد: «\u{2068}{folder}\u{2069}»."], &[("folder", folder)])
}

/// Folder: none.
#[rustfmt::skip]
pub fn dialog_agent_edit_no_folder() -> String {
    Language::spoken().say(["Folder: none.", "Ordner: keiner.", "Carpeta: ninguna.", "フォルダー: なし。", "المجلد: لا شيء."], &[])
}

/// Upload preset: none.
#[rustfmt::skip]
pub fn dialog_agent_edit_no_preset() -> String {
    Language::spoken().say(["Upload preset: none.", "Upload-Preset: keines.", "Preset de subida: ninguno.", "アップロードプリセット: なし。", "الإعداد المسبق للرفع: لا شيء."], &[])
}

/// Upload preset: “{preset}”.
#[rustfmt::skip]
pub fn dialog_agent_edit_preset(preset: &str) -> String {
    Language::spoken().say(["Upload preset: “{preset}”.", "Upload-Preset: „{preset}“.", "Preset de subida: «{preset}».", "アップロードプリセット: 「{preset}」。", "الإعداد المسبق للرفع: «\u{2068}{preset}\u{2069}»."], &[("preset", preset)])
}

/// Let {client} have these uploads to “{label}” signed, and no others?
#[rustfmt::skip]
pub fn dialog_agent_edit_signs(client: &str, label: &str) -> String {
    Language::spoken().say(["Let {client} have these uploads to “{label}” signed, and no others?", "{client} diese Uploads zu „{label}“ signieren lassen, und keine anderen?", "¿Permitir que {client} haga firmar estas subidas a «{label}» y ninguna otra?", "{client} に「{label}」への次のアップロードだけ署名を許可しますか。", "هل تسمح لـ \u{2068}{client}\u{2069} بتوقيع عمليات الرفع هذه إلى «\u{2068}{label}\u{2069}» دون غيرها؟"], &[("client", client), ("label", label)])
}

/// Change what a client may use
#[rustfmt::skip]
pub fn dialog_agent_edit_title() -> String {
    Language::spoken().say(["Change what a client may use", "Ändern, was ein Client verwenden darf", "Cambiar lo que puede usar un cliente", "クライアントが使えるものを変更", "تغيير ما يمكن لعميل استخدامه"], &[])
}

/// Let {client} upload to “{label}”?
#[rustfmt::skip]
pub fn dialog_agent_edit_uploads(client: &str, label: &str) -> String {
    Language::spoken().say(["Let {client} upload to “{label}”?", "{client} zu „{label}“ hochladen lassen?", "¿Permitir que {client} suba a «{label}»?", "{client} に「{label}」へのアップロードを許可しますか。", "هل تسمح لـ \u{2068}{client}\u{2069} بالرفع إلى «\u{2068}{label}\u{2069}»؟"], &[("client", client), ("label", label)])
}

/// Change
#[rustfmt::skip]
pub fn dialog_agent_edit_yes() -> String {
    Language::spoken().say(["Change", "Ändern", "Cambiar", "変更", "تغيير"], &[])
}

/// Always
#[rustfmt::skip]
pub fn dialog_agent_longer_always() -> String {
    Language::spoken().say(["Always", "Immer", "Siempre", "常に", "دائم\u{64b}ا"], &[])
}

/// How long may {origin} have uploads to “{label}” signed? It can be forgotten in the settings at any time.
#[rustfmt::skip]
pub fn dialog_agent_longer_body(origin: &str, label: &str) -> String {
    Language::spoken().say(["How long may {origin} have uploads to “{label}” signed? It can be forgotten in the settings at any time.", "Wie lange darf {origin} Uploads zu „{label}“ signieren lassen? In den Einstellungen lässt sich das jederzeit vergessen.", "¿Cuánto tiempo puede {origin} hacer firmar subidas a «{label}»? Se puede olvidar en los ajustes en cualquier momento.", "{origin} から「{label}」へのアップロードにいつまで署名しますか。設定でいつでも取り消せます。", "كم من الوقت يمكن لـ \u{2068}{origin}\u{2069} أن تطلب توقيع عمليات الرفع إلى «\u{2068}{label}\u{2069}»؟ يمكن نسيانها من الإعدادات في أي وقت."], &[("origin", origin), ("label", label)])
}

/// One hour
#[rustfmt::skip]
pub fn dialog_agent_longer_hour() -> String {
    Language::spoken().say(["One hour", "Eine Stunde", "Una hora", "1 時間", "ساعة واحدة"], &[])
}

/// Allow a page for longer
#[rustfmt::skip]
pub fn dialog_agent_longer_title() -> String {
    Language::spoken().say(["Allow a page for longer", "Eine Seite länger zulassen", "Permitir una página más tiempo", "ページを続けて許可", "السماح لصفحة لمدة أطول"], &[])
}

/// Let programs on this computer ask Aloft for signatures and uploads, at {address}? Each one that asks has to be allowed first.
#[rustfmt::skip]
pub fn dialog_agent_on_body(address: &str) -> String {
    Language::spoken().say(["Let programs on this computer ask Aloft for signatures and uploads, at {address}? Each one that asks has to be allowed first.", "Programme auf diesem Computer bei Aloft um Signaturen und Uploads bitten lassen, unter {address}? Jedes, das fragt, muss zuerst zugelassen werden.", "¿Permitir que los programas de este equipo pidan a Aloft firmas y subidas, en {address}? Cada uno que pregunte debe permitirse antes.", "このコンピューターのプログラムが {address} で Aloft に署名とアップロードを求められるようにしますか。求めてきたものはそれぞれ、先に許可が必要です。", "هل تسمح لبرامج هذا الحاسوب بأن تطلب من Aloft تواقيع وعمليات رفع عبر \u{2068}{address}\u{2069}؟ يجب السماح لكل برنامج يطلب أول\u{64b}ا."], &[("address", address)])
}

/// Switch on the agent
#[rustfmt::skip]
pub fn dialog_agent_on_title() -> String {
    Language::spoken().say(["Switch on the agent", "Agenten einschalten", "Activar el agente", "エージェントをオンにする", "تشغيل الوكيل"], &[])
}

/// Switch on
#[rustfmt::skip]
pub fn dialog_agent_on_yes() -> String {
    Language::spoken().say(["Switch on", "Einschalten", "Activar", "オンにする", "تشغيل"], &[])
}

/// Let whoever holds the token “{name}” have uploads to “{label}” signed? The token is put on the clipboard for 30 seconds.
#[rustfmt::skip]
pub fn dialog_agent_token_signs(name: &str, label: &str) -> String {
    Language::spoken().say(["Let whoever holds the token “{name}” have uploads to “{label}” signed? The token is put on the clipboard for 30 seconds.", "Wer den Token „{name}“ hat, Uploads zu „{label}“ signieren lassen? Der Token liegt 30 Sekunden lang in der Zwischenablage.", "¿Permitir que quien tenga el token «{name}» haga firmar subidas a «{label}»? El token queda en el portapapeles durante 30 segundos.", "トークン「{name}」を持つ相手に「{label}」へのアップロードの署名を許可しますか。トークンは 30 秒間クリップボードに置かれます。", "هل تسمح لمن يحمل الرمز «\u{2068}{name}\u{2069}» بتوقيع عمليات الرفع إلى «\u{2068}{label}\u{2069}»؟ يوضع الرمز في الحافظة مدة 30 ثانية."], &[("name", name), ("label", label)])
}

/// Make a token
#[rustfmt::skip]
pub fn dialog_agent_token_title() -> String {
    Language::spoken().say(["Make a token", "Token erstellen", "Crear un token", "トークンを作成", "إنشاء رمز"], &[])
}

/// Let whoever holds the token “{name}” upload to “{label}”: pictures, films and sounds from {folder}, and whatever picture is on the clipboard when they ask? The token itself is put on the clipboard for 30 seconds.
#[rustfmt::skip]
pub fn dialog_agent_token_uploads(name: &str, label: &str, folder: &str) -> String {
    Language::spoken().say(["Let whoever holds the token “{name}” upload to “{label}”: pictures, films and sounds from {folder}, and whatever picture is on the clipboard when they ask? The token itself is put on the clipboard for 30 seconds.", "Wer den Token „{name}“ hat, zu „{label}“ hochladen lassen: Bilder, Filme und Töne aus {folder}, und jedes Bild, das bei der Anfrage in der Zwischenablage ist? Der Token selbst liegt 30 Sekunden lang in der Zwischenablage.", "¿Permitir que quien tenga el token «{name}» suba a «{label}» imágenes, películas y sonidos de {folder}, y cualquier imagen que esté en el portapapeles cuando lo pida? El propio token queda en el portapapeles durante 30 segundos.", "トークン「{name}」を持つ相手に、{folder} の画像・動画・音声と、依頼の時点でクリップボードにある画像を「{label}」へアップロードすることを許可しますか。トークン自体は 30 秒間クリップボードに置かれます。", "هل تسمح لمن يحمل الرمز «\u{2068}{name}\u{2069}» بالرفع إلى «\u{2068}{label}\u{2069}»: الصور والأفلام والأصوات من \u{2068}{folder}\u{2069}، وأي صورة تكون في الحافظة عند الطلب؟ يوضع الرمز نفسه في الحافظة مدة 30 ثانية."], &[("name", name), ("label", label), ("folder", folder)])
}

/// Make the token
#[rustfmt::skip]
pub fn dialog_agent_token_yes() -> String {
    Language::spoken().say(["Make the token", "Token erstellen", "Crear el token", "トークンを作成", "إنشاء الرمز"], &[])
}

/// “{label}” would send its signatures and files to {host}, which is not Cloudinary’s own address. Go on only if you know it.
#[rustfmt::skip]
pub fn dialog_api_host_body(label: &str, host: &str) -> String {
    Language::spoken().say(["“{label}” would send its signatures and files to {host}, which is not Cloudinary’s own address. Go on only if you know it.", "„{label}“ würde Signaturen und Dateien an {host} senden, das nicht Cloudinarys eigene Adresse ist. Nur fortfahren, wenn sie bekannt ist.", "«{label}» enviaría sus firmas y archivos a {host}, que no es la dirección propia de Cloudinary. Continúe solo si la conoce.", "「{label}」は署名とファイルを {host} に送ります。これは Cloudinary 自身のアドレスではありません。知っている場合だけ続けてください。", "سيرسل «\u{2068}{label}\u{2069}» تواقيعه وملفاته إلى \u{2068}{host}\u{2069}، وهو ليس عنوان Cloudinary نفسه. تابع فقط إن كنت تعرفه."], &[("label", label), ("host", host)])
}

/// Another API address
#[rustfmt::skip]
pub fn dialog_api_host_title() -> String {
    Language::spoken().say(["Another API address", "Eine andere API-Adresse", "Otra dirección de la API", "別の API アドレス", "عنوان API آخر"], &[])
}

/// Use this address
#[rustfmt::skip]
pub fn dialog_api_host_yes() -> String {
    Language::spoken().say(["Use this address", "Diese Adresse verwenden", "Usar esta dirección", "このアドレスを使う", "استخدام هذا العنوان"], &[])
}

/// aloft-audit-{date}.csv
#[rustfmt::skip]
pub fn dialog_audit_csv_name(date: &str) -> String {
    Language::spoken().say(["aloft-audit-{date}.csv", "aloft-protokoll-{date}.csv", "aloft-registro-{date}.csv", "aloft-監査記録-{date}.csv", "سجل-aloft-{date}.csv"], &[("date", date)])
}

/// aloft-audit-{date}.jsonl
#[rustfmt::skip]
pub fn dialog_audit_json_name(date: &str) -> String {
    Language::spoken().say(["aloft-audit-{date}.jsonl", "aloft-protokoll-{date}.jsonl", "aloft-registro-{date}.jsonl", "aloft-監査記録-{date}.jsonl", "سجل-aloft-{date}.jsonl"], &[("date", date)])
}

/// Cancel
#[rustfmt::skip]
pub fn dialog_cancel() -> String {
    Language::spoken().say(["Cancel", "Abbrechen", "Cancelar", "キャンセル", "إلغاء"], &[])
}

/// The API secret of “{label}” is put on the clipboard for 30 seconds. Other programs can read it there.
#[rustfmt::skip]
pub fn dialog_copy_secret_body(label: &str) -> String {
    Language::spoken().say(["The API secret of “{label}” is put on the clipboard for 30 seconds. Other programs can read it there.", "Das API-Secret von „{label}“ liegt 30 Sekunden lang in der Zwischenablage. Andere Programme können es dort lesen.", "El secreto de API de «{label}» queda en el portapapeles durante 30 segundos. Otros programas pueden leerlo allí.", "「{label}」の API シークレットを 30 秒間クリップボードに置きます。その間、ほかのプログラムも読み取れます。", "يوضع سر\u{651} الواجهة لـ «\u{2068}{label}\u{2069}» في الحافظة مدة 30 ثانية. تستطيع برامج أخرى قراءته هناك."], &[("label", label)])
}

/// Copy the API secret
#[rustfmt::skip]
pub fn dialog_copy_secret_title() -> String {
    Language::spoken().say(["Copy the API secret", "API-Secret kopieren", "Copiar el secreto de API", "API シークレットをコピー", "نسخ سر\u{651} الواجهة"], &[])
}

/// Copy
#[rustfmt::skip]
pub fn dialog_copy_secret_yes() -> String {
    Language::spoken().say(["Copy", "Kopieren", "Copiar", "コピー", "نسخ"], &[])
}

/// Delete {count} assets from Cloudinary: {names}? Everybody who has their links loses them. This cannot be taken back in Cloudinary.
#[rustfmt::skip]
pub fn dialog_delete_few_body(count: &str, names: &str) -> String {
    Language::spoken().say(["Delete {count} assets from Cloudinary: {names}? Everybody who has their links loses them. This cannot be taken back in Cloudinary.", "{count} Assets aus Cloudinary löschen: {names}? Wer ihre Links hat, verliert sie. In Cloudinary lässt sich das nicht zurücknehmen.", "¿Eliminar {count} recursos de Cloudinary: {names}? Quien tenga sus enlaces los pierde. En Cloudinary esto no se puede deshacer.", "Cloudinary から {count} 件のアセットを削除しますか: {names}。リンクを持つ人は見られなくなります。Cloudinary では元に戻せません。", "هل تريد حذف {count} من الأصول من Cloudinary: \u{2068}{names}\u{2069}؟ يفقدها كل من لديه روابطها. لا يمكن التراجع عن هذا في Cloudinary."], &[("count", count), ("names", names)])
}

/// Delete {count} assets from Cloudinary: {names} and {more} more? Everybody who has their links loses them. This cannot be taken back in Cloudinary.
#[rustfmt::skip]
pub fn dialog_delete_many_body(count: &str, names: &str, more: &str) -> String {
    Language::spoken().say(["Delete {count} assets from Cloudinary: {names} and {more} more? Everybody who has their links loses them. This cannot be taken back in Cloudinary.", "{count} Assets aus Cloudinary löschen: {names} und {more} weitere? Wer ihre Links hat, verliert sie. In Cloudinary lässt sich das nicht zurücknehmen.", "¿Eliminar {count} recursos de Cloudinary: {names} y {more} más? Quien tenga sus enlaces los pierde. En Cloudinary esto no se puede deshacer.", "Cloudinary から {count} 件のアセットを削除しますか: {names} ほか {more} 件。リンクを持つ人は見られなくなります。Cloudinary では元に戻せません。", "هل تريد حذف {count} من الأصول من Cloudinary: \u{2068}{names}\u{2069} و{more} غيرها؟ يفقدها كل من لديه روابطها. لا يمكن التراجع عن هذا في Cloudinary."], &[("count", count), ("names", names), ("more", more)])
}

/// Delete “{name}” ({id}) from “{cloud}”? Everybody who has its link loses it. This cannot be taken back in Cloudinary.
#[rustfmt::skip]
pub fn dialog_delete_one_body(name: &str, id: &str, cloud: &str) -> String {
    Language::spoken().say(["Delete “{name}” ({id}) from “{cloud}”? Everybody who has its link loses it. This cannot be taken back in Cloudinary.", "„{name}“ ({id}) aus „{cloud}“ löschen? Wer den Link hat, verliert es. In Cloudinary lässt sich das nicht zurücknehmen.", "¿Eliminar «{name}» ({id}) de «{cloud}»? Quien tenga su enlace lo pierde. En Cloudinary esto no se puede deshacer.", "「{cloud}」から「{name}」（{id}）を削除しますか。リンクを持つ人は見られなくなります。Cloudinary では元に戻せません。", "هل تريد حذف «\u{2068}{name}\u{2069}» (\u{2068}{id}\u{2069}) من «\u{2068}{cloud}\u{2069}»؟ يفقده كل من لديه رابطه. لا يمكن التراجع عن هذا في Cloudinary."], &[("name", name), ("id", id), ("cloud", cloud)])
}

/// Delete from Cloudinary
#[rustfmt::skip]
pub fn dialog_delete_title() -> String {
    Language::spoken().say(["Delete from Cloudinary", "Aus Cloudinary löschen", "Eliminar de Cloudinary", "Cloudinary から削除", "الحذف من Cloudinary"], &[])
}

/// Delete
#[rustfmt::skip]
pub fn dialog_delete_yes() -> String {
    Language::spoken().say(["Delete", "Löschen", "Eliminar", "削除", "حذف"], &[])
}

/// aloft-diagnostics-{date}.json
#[rustfmt::skip]
pub fn dialog_diagnostics_name(date: &str) -> String {
    Language::spoken().say(["aloft-diagnostics-{date}.json", "aloft-diagnose-{date}.json", "aloft-diagnostico-{date}.json", "aloft-診断-{date}.json", "تشخيص-aloft-{date}.json"], &[("date", date)])
}

/// Write {labels} with their secrets into an encrypted file? Whoever has the file and its passphrase has these accounts.
#[rustfmt::skip]
pub fn dialog_export_body(labels: &str) -> String {
    Language::spoken().say(["Write {labels} with their secrets into an encrypted file? Whoever has the file and its passphrase has these accounts.", "{labels} mit ihren Secrets in eine verschlüsselte Datei schreiben? Wer die Datei und ihre Passphrase hat, hat diese Konten.", "¿Escribir {labels} con sus secretos en un archivo cifrado? Quien tenga el archivo y su frase de contraseña tiene estas cuentas.", "{labels} をシークレットとともに暗号化されたファイルに書き出しますか？ファイルとパスフレーズを持つ人は、これらのアカウントを使えます。", "كتابة {labels} مع أسرارها في ملف مشف\u{651}ر؟ من لديه الملف وعبارة مروره لديه هذه الحسابات."], &[("labels", labels)])
}

/// aloft-accounts-{date}.aloft
#[rustfmt::skip]
pub fn dialog_export_name(date: &str) -> String {
    Language::spoken().say(["aloft-accounts-{date}.aloft", "aloft-konten-{date}.aloft", "aloft-cuentas-{date}.aloft", "aloft-アカウント-{date}.aloft", "حسابات-aloft-{date}.aloft"], &[("date", date)])
}

/// Export accounts
#[rustfmt::skip]
pub fn dialog_export_title() -> String {
    Language::spoken().say(["Export accounts", "Konten exportieren", "Exportar cuentas", "アカウントを書き出す", "تصدير الحسابات"], &[])
}

/// Export
#[rustfmt::skip]
pub fn dialog_export_yes() -> String {
    Language::spoken().say(["Export", "Exportieren", "Exportar", "書き出す", "تصدير"], &[])
}

/// The secret of these accounts is kept for this session only: {labels}. Locking forgets it, and it has to be entered again.
#[rustfmt::skip]
pub fn dialog_lock_body(labels: &str) -> String {
    Language::spoken().say(["The secret of these accounts is kept for this session only: {labels}. Locking forgets it, and it has to be entered again.", "Das API-Secret dieser Konten ist nur für diese Sitzung da: {labels}. Durch das Sperren geht es verloren und muss neu eingegeben werden.", "El secreto de estas cuentas se guarda solo durante esta sesión: {labels}. Al bloquear se olvida y hay que introducirlo de nuevo.", "次のアカウントのシークレットはこのセッションの間だけ保持されています: {labels}。ロックすると忘れられ、もう一度入力が必要です。", "سر\u{651} هذه الحسابات محفوظ لهذه الجلسة فقط: \u{2068}{labels}\u{2069}. القفل ينساه، ويلزم إدخاله من جديد."], &[("labels", labels)])
}

/// Lock Aloft
#[rustfmt::skip]
pub fn dialog_lock_title() -> String {
    Language::spoken().say(["Lock Aloft", "Aloft sperren", "Bloquear Aloft", "Aloft をロック", "قفل Aloft"], &[])
}

/// Lock and forget
#[rustfmt::skip]
pub fn dialog_lock_yes() -> String {
    Language::spoken().say(["Lock and forget", "Sperren und vergessen", "Bloquear y olvidar", "ロックして忘れる", "اقفل وانس\u{64e}"], &[])
}

/// Remove “{label}” from this computer? Its secret leaves the keyring, and what still waits to be sent is cancelled. What was uploaded stays in Cloudinary.
#[rustfmt::skip]
pub fn dialog_remove_account_body(label: &str) -> String {
    Language::spoken().say(["Remove “{label}” from this computer? Its secret leaves the keyring, and what still waits to be sent is cancelled. What was uploaded stays in Cloudinary.", "„{label}“ von diesem Rechner entfernen? Sein Secret verlässt den Schlüsselbund, und was noch auf das Senden wartet, wird abgebrochen. Was hochgeladen wurde, bleibt in Cloudinary.", "¿Quitar «{label}» de este equipo? Su secreto sale del llavero y se cancela lo que aún espera envío. Lo ya subido permanece en Cloudinary.", "このコンピューターから「{label}」を削除しますか。シークレットはキーリングから消え、送信待ちのものは取り消されます。アップロード済みのものは Cloudinary に残ります。", "هل تريد إزالة «\u{2068}{label}\u{2069}» من هذا الحاسوب؟ يخرج سر\u{651}ه من حافظة المفاتيح وي\u{64f}لغى ما ينتظر الإرسال. ما ر\u{64f}فع يبقى في Cloudinary."], &[("label", label)])
}

/// Remove account
#[rustfmt::skip]
pub fn dialog_remove_account_title() -> String {
    Language::spoken().say(["Remove account", "Konto entfernen", "Quitar la cuenta", "アカウントを削除", "إزالة الحساب"], &[])
}

/// Remove “{label}” from this computer? Its secret is erased here. Uploads that still wait for it and are cancelled: {count}. What was uploaded stays in Cloudinary.
#[rustfmt::skip]
pub fn dialog_remove_account_waiting(label: &str, count: &str) -> String {
    Language::spoken().say(["Remove “{label}” from this computer? Its secret is erased here. Uploads that still wait for it and are cancelled: {count}. What was uploaded stays in Cloudinary.", "„{label}“ von diesem Rechner entfernen? Sein Secret wird hier gelöscht. Uploads, die noch darauf warten und abgebrochen werden: {count}. Was hochgeladen wurde, bleibt in Cloudinary.", "¿Quitar «{label}» de este equipo? Su secreto se borra aquí. Subidas que aún la esperan y se cancelan: {count}. Lo ya subido permanece en Cloudinary.", "このコンピューターから「{label}」を削除しますか。シークレットはここから消去されます。待機中で取り消されるアップロード: {count} 件。アップロード済みのものは Cloudinary に残ります。", "هل تريد إزالة «\u{2068}{label}\u{2069}» من هذا الحاسوب؟ ي\u{64f}محى سر\u{651}ه هنا. عمليات الرفع التي لا تزال تنتظره وت\u{64f}لغى: {count}. ما ر\u{64f}فع يبقى في Cloudinary."], &[("label", label), ("count", count)])
}

/// Remove account
#[rustfmt::skip]
pub fn dialog_remove_account_yes() -> String {
    Language::spoken().say(["Remove account", "Konto entfernen", "Quitar la cuenta", "アカウントを削除", "إزالة الحساب"], &[])
}

/// Remove the secret of {name} from {place}? The account keeps it in Aloft. Everything else in the file stays as it is.
#[rustfmt::skip]
pub fn dialog_remove_there_body(name: &str, place: &str) -> String {
    Language::spoken().say(["Remove the secret of {name} from {place}? The account keeps it in Aloft. Everything else in the file stays as it is.", "Das Secret von {name} aus {place} entfernen? Das Konto behält es in Aloft. Alles andere in der Datei bleibt, wie es ist.", "¿Quitar el secreto de {name} de {place}? La cuenta lo conserva en Aloft. Todo lo demás del archivo queda igual.", "{name} のシークレットを {place} から取り除きますか？アカウントは Aloft に保持されます。ファイルのほかの部分はそのままです。", "إزالة سر {name} من {place}؟ يحتفظ به الحساب في Aloft. كل ما عداه في الملف يبقى كما هو."], &[("name", name), ("place", place)])
}

/// Remove the secret there
#[rustfmt::skip]
pub fn dialog_remove_there_title() -> String {
    Language::spoken().say(["Remove the secret there", "Secret dort entfernen", "Quitar el secreto de ahí", "その場所からシークレットを取り除く", "إزالة السر من هناك"], &[])
}

/// Remove
#[rustfmt::skip]
pub fn dialog_remove_there_yes() -> String {
    Language::spoken().say(["Remove", "Entfernen", "Quitar", "取り除く", "إزالة"], &[])
}

/// “{label}” has this API key already, with another secret that worked. Replace it with the one that was just entered?
#[rustfmt::skip]
pub fn dialog_replace_secret_body(label: &str) -> String {
    Language::spoken().say(["“{label}” has this API key already, with another secret that worked. Replace it with the one that was just entered?", "„{label}“ hat diesen API-Schlüssel schon, mit einem anderen Secret, das funktioniert hat. Durch das eben eingegebene ersetzen?", "«{label}» ya tiene esta clave de API, con otro secreto que funcionaba. ¿Reemplazarlo por el que acaba de introducir?", "「{label}」にはこの API キーがすでにあり、別のシークレットで動作していました。今入力したもので置き換えますか。", "لدى «{label}» مفتاح API هذا من قبل، مع سر\u{651} آخر كان يعمل. أتستبدله بما أ\u{64f}دخل الآن؟"], &[("label", label)])
}

/// Replace the API secret
#[rustfmt::skip]
pub fn dialog_replace_secret_title() -> String {
    Language::spoken().say(["Replace the API secret", "Das API-Secret ersetzen", "Reemplazar el secreto de API", "API シークレットの置き換え", "استبدال سر\u{651} API"], &[])
}

/// Replace
#[rustfmt::skip]
pub fn dialog_replace_secret_yes() -> String {
    Language::spoken().say(["Replace", "Ersetzen", "Reemplazar", "置き換える", "استبدال"], &[])
}

/// The API secret of “{label}” is shown for 10 seconds. Whoever sees the screen can read it.
#[rustfmt::skip]
pub fn dialog_reveal_body(label: &str) -> String {
    Language::spoken().say(["The API secret of “{label}” is shown for 10 seconds. Whoever sees the screen can read it.", "Das API-Secret von „{label}“ wird 10 Sekunden lang gezeigt. Wer den Bildschirm sieht, kann es lesen.", "El secreto de API de «{label}» se muestra durante 10 segundos. Quien vea la pantalla puede leerlo.", "「{label}」の API シークレットを 10 秒間表示します。画面が見える人は読み取れます。", "يظهر سر\u{651} الواجهة لـ «\u{2068}{label}\u{2069}» مدة 10 ثوان\u{64d}. من يرى الشاشة يستطيع قراءته."], &[("label", label)])
}

/// Show the API secret
#[rustfmt::skip]
pub fn dialog_reveal_title() -> String {
    Language::spoken().say(["Show the API secret", "API-Secret zeigen", "Mostrar el secreto de API", "API シークレットを表示", "إظهار سر\u{651} الواجهة"], &[])
}

/// Show
#[rustfmt::skip]
pub fn dialog_reveal_yes() -> String {
    Language::spoken().say(["Show", "Zeigen", "Mostrar", "表示", "إظهار"], &[])
}

/// {reason} The secret can be kept in memory until Aloft quits. It is written to no file, unless you move it to a vault in the settings.
#[rustfmt::skip]
pub fn dialog_session_only_body(reason: &str) -> String {
    Language::spoken().say(["{reason} The secret can be kept in memory until Aloft quits. It is written to no file, unless you move it to a vault in the settings.", "{reason} Das Secret kann bis zum Beenden von Aloft im Speicher bleiben. Es kommt in keine Datei, außer es wird in den Einstellungen in einen Tresor verlegt.", "{reason} El secreto puede quedarse en memoria hasta que Aloft se cierre. No se escribe en ningún archivo, salvo que lo mueva a una caja fuerte en los ajustes.", "{reason} シークレットは Aloft の終了までメモリに保持できます。設定で保管庫に移さない限り、ファイルには書き込まれません。", "\u{2068}{reason}\u{2069} يمكن إبقاء السر\u{651} في الذاكرة إلى أن ي\u{64f}غلق Aloft. لا ي\u{64f}كتب في أي ملف إلا إذا نقلته إلى خزنة من الإعدادات."], &[("reason", reason)])
}

/// Keep the secret for this session only
#[rustfmt::skip]
pub fn dialog_session_only_title() -> String {
    Language::spoken().say(["Keep the secret for this session only", "Das Secret nur für diese Sitzung behalten", "Guardar el secreto solo en esta sesión", "このセッションだけシークレットを保持", "حفظ السر\u{651} لهذه الجلسة فقط"], &[])
}

/// Keep for this session
#[rustfmt::skip]
pub fn dialog_session_only_yes() -> String {
    Language::spoken().say(["Keep for this session", "Für diese Sitzung behalten", "Guardar en esta sesión", "このセッションだけ保持", "الحفظ لهذه الجلسة"], &[])
}

/// Aloft cannot start
#[rustfmt::skip]
pub fn dialog_start_failed_title() -> String {
    Language::spoken().say(["Aloft cannot start", "Aloft kann nicht starten", "Aloft no puede iniciarse", "Aloft を起動できません", "يتعذ\u{651}ر بدء Aloft"], &[])
}

/// Let Aloft use the API secrets again? Uploads that wait go on.
#[rustfmt::skip]
pub fn dialog_unlock_body() -> String {
    Language::spoken().say(["Let Aloft use the API secrets again? Uploads that wait go on.", "Darf Aloft die API-Secrets wieder verwenden? Wartende Uploads gehen weiter.", "¿Permitir que Aloft vuelva a usar los secretos de API? Las subidas que esperan continúan.", "Aloft に API シークレットの使用を再び許可しますか。待機中のアップロードが再開されます。", "أتسمح لـ Aloft باستخدام أسرار API من جديد؟ ت\u{64f}ستأنف عمليات الرفع المنتظرة."], &[])
}

/// Unlock Aloft
#[rustfmt::skip]
pub fn dialog_unlock_title() -> String {
    Language::spoken().say(["Unlock Aloft", "Aloft entsperren", "Desbloquear Aloft", "Aloft のロックを解除", "فتح قفل Aloft"], &[])
}

/// Unlock
#[rustfmt::skip]
pub fn dialog_unlock_yes() -> String {
    Language::spoken().say(["Unlock", "Entsperren", "Desbloquear", "解除", "فتح القفل"], &[])
}

/// Cloudinary will fetch this address and keep what is there: {address}
#[rustfmt::skip]
pub fn dialog_upload_url_body(address: &str) -> String {
    Language::spoken().say(["Cloudinary will fetch this address and keep what is there: {address}", "Cloudinary wird diese Adresse abrufen und behalten, was dort liegt: {address}", "Cloudinary irá a buscar esta dirección y guardará lo que haya allí: {address}", "Cloudinary がこのアドレスを取得し、その内容を保存します: {address}", "سيجلب Cloudinary هذا العنوان ويحفظ ما فيه: \u{2068}{address}\u{2069}"], &[("address", address)])
}

/// Upload from an address
#[rustfmt::skip]
pub fn dialog_upload_url_title() -> String {
    Language::spoken().say(["Upload from an address", "Von einer Adresse hochladen", "Subir desde una dirección", "アドレスからアップロード", "الرفع من عنوان"], &[])
}

/// Upload
#[rustfmt::skip]
pub fn dialog_upload_url_yes() -> String {
    Language::spoken().say(["Upload", "Hochladen", "Subir", "アップロード", "رفع"], &[])
}

/// Watch “{folder}” for “{label}”? Every file that is put there from now on, also in the folders inside it, is uploaded to that account while Aloft runs.
#[rustfmt::skip]
pub fn dialog_watch_folder_body(folder: &str, label: &str) -> String {
    Language::spoken().say(["Watch “{folder}” for “{label}”? Every file that is put there from now on, also in the folders inside it, is uploaded to that account while Aloft runs.", "„{folder}“ für „{label}“ beobachten? Jede Datei, die von jetzt an dort oder in einem Ordner darin abgelegt wird, wird in dieses Konto hochgeladen, solange Aloft läuft.", "¿Vigilar «{folder}» para «{label}»? Todo archivo que se ponga allí desde ahora, también en las carpetas que contiene, se sube a esa cuenta mientras Aloft esté en marcha.", "「{folder}」を「{label}」のために監視しますか。今後そこ（中のフォルダーも含む）に置かれたファイルは、Aloft の実行中にすべてそのアカウントへアップロードされます。", "هل تريد مراقبة «\u{2068}{folder}\u{2069}» لحساب «\u{2068}{label}\u{2069}»؟ كل ملف يوضع هناك من الآن، وفي المجلدات داخله أيض\u{64b}ا، ي\u{64f}رفع إلى ذلك الحساب ما دام Aloft يعمل."], &[("folder", folder), ("label", label)])
}

/// Watch a folder
#[rustfmt::skip]
pub fn dialog_watch_folder_title() -> String {
    Language::spoken().say(["Watch a folder", "Ordner beobachten", "Vigilar una carpeta", "フォルダーを監視", "مراقبة مجلد"], &[])
}

/// Watch folder
#[rustfmt::skip]
pub fn dialog_watch_folder_yes() -> String {
    Language::spoken().say(["Watch folder", "Ordner beobachten", "Vigilar la carpeta", "フォルダーを監視", "مراقبة المجلد"], &[])
}

/// {count} failed.
#[rustfmt::skip]
pub fn notification_also_failed(count: &str) -> String {
    Language::spoken().say(["{count} failed.", "{count} fehlgeschlagen. | {count} fehlgeschlagen.", "{count} falló. | {count} fallaron. | {count} fallaron.", "{count} 件失敗。", "فشل {count}. | فشل واحد. | فشل اثنان. | فشلت {count}. | فشل {count}. | فشل {count}."], &[("count", count)])
}

/// {count} needs you. / {count} need you.
#[rustfmt::skip]
pub fn notification_also_needs_you(count: u64) -> String {
    Language::spoken().say_counted(count, [&["{count} needs you.", "{count} need you."], &["{count} zu entscheiden.", "{count} zu entscheiden."], &["{count} le necesita.", "{count} le necesitan.", "{count} le necesitan."], &["{count} 件要判断。"], &["{count} يحتاج إليك.", "واحد يحتاج إليك.", "اثنان يحتاجان إليك.", "{count} تحتاج إليك.", "{count} يحتاج إليك.", "{count} يحتاج إليك."]], &[("count", &count.to_string())])
}

/// The clipboard was not uploaded
#[rustfmt::skip]
pub fn notification_clipboard_failed() -> String {
    Language::spoken().say(["The clipboard was not uploaded", "Die Zwischenablage wurde nicht hochgeladen", "No se subió el portapapeles", "クリップボードはアップロードされませんでした", "لم ت\u{64f}رفع الحافظة"], &[])
}

/// The link is on the clipboard. / The links are on the clipboard.
#[rustfmt::skip]
pub fn notification_copied(count: u64) -> String {
    Language::spoken().say_counted(count, [&["The link is on the clipboard.", "The links are on the clipboard."], &["Der Link ist in der Zwischenablage.", "Die Links sind in der Zwischenablage."], &["El enlace está en el portapapeles.", "Los enlaces están en el portapapeles.", "Los enlaces están en el portapapeles."], &["リンクはクリップボードにあります。"], &["الروابط في الحافظة.", "الرابط في الحافظة.", "الرابطان في الحافظة.", "الروابط في الحافظة.", "الروابط في الحافظة.", "الروابط في الحافظة."]], &[("count", &count.to_string())])
}

/// {count} file uploaded / {count} files uploaded
#[rustfmt::skip]
pub fn notification_done(count: u64) -> String {
    Language::spoken().say_counted(count, [&["{count} file uploaded", "{count} files uploaded"], &["{count} Datei hochgeladen", "{count} Dateien hochgeladen"], &["{count} archivo subido", "{count} archivos subidos", "{count} archivos subidos"], &["{count} 件のファイルをアップロードしました"], &["ر\u{64f}فع {count} ملف", "ر\u{64f}فع ملف واحد", "ر\u{64f}فع ملفان", "ر\u{64f}فعت {count} ملفات", "ر\u{64f}فع {count} ملف\u{64b}ا", "ر\u{64f}فع {count} ملف"]], &[("count", &count.to_string())])
}

/// {count} upload failed / {count} uploads failed
#[rustfmt::skip]
pub fn notification_failed(count: u64) -> String {
    Language::spoken().say_counted(count, [&["{count} upload failed", "{count} uploads failed"], &["{count} Upload fehlgeschlagen", "{count} Uploads fehlgeschlagen"], &["{count} subida falló", "{count} subidas fallaron", "{count} subidas fallaron"], &["{count} 件のアップロードが失敗しました"], &["فشلت {count} عملية رفع", "فشلت عملية رفع واحدة", "فشلت عمليتا رفع", "فشلت {count} عمليات رفع", "فشلت {count} عملية رفع", "فشلت {count} عملية رفع"]], &[("count", &count.to_string())])
}

/// {count} upload needs you / {count} uploads need you
#[rustfmt::skip]
pub fn notification_needs_you(count: u64) -> String {
    Language::spoken().say_counted(count, [&["{count} upload needs you", "{count} uploads need you"], &["{count} Upload braucht eine Entscheidung", "{count} Uploads brauchen eine Entscheidung"], &["{count} subida le necesita", "{count} subidas le necesitan", "{count} subidas le necesitan"], &["{count} 件のアップロードに判断が必要です"], &["{count} عملية رفع تحتاج إليك", "عملية رفع واحدة تحتاج إليك", "عمليتا رفع تحتاجان إليك", "{count} عمليات رفع تحتاج إليك", "{count} عملية رفع تحتاج إليك", "{count} عملية رفع تحتاج إليك"]], &[("count", &count.to_string())])
}

/// “{label}” needs you
#[rustfmt::skip]
pub fn notification_stopped(label: &str) -> String {
    Language::spoken().say(["“{label}” needs you", "„{label}“ braucht eine Entscheidung", "«{label}» le necesita", "「{label}」に判断が必要です", "«\u{2068}{label}\u{2069}» يحتاج إليك"], &[("label", label)])
}

/// Account
#[rustfmt::skip]
pub fn tray_account() -> String {
    Language::spoken().say(["Account", "Konto", "Cuenta", "アカウント", "الحساب"], &[])
}

/// No account yet
#[rustfmt::skip]
pub fn tray_account_none() -> String {
    Language::spoken().say(["No account yet", "Noch kein Konto", "Aún no hay cuenta", "まだアカウントがありません", "لا حساب بعد"], &[])
}

/// Lock now
#[rustfmt::skip]
pub fn tray_lock() -> String {
    Language::spoken().say(["Lock now", "Jetzt sperren", "Bloquear ahora", "今すぐロック", "اقفل الآن"], &[])
}

/// Open window
#[rustfmt::skip]
pub fn tray_open_window() -> String {
    Language::spoken().say(["Open window", "Fenster öffnen", "Abrir la ventana", "ウィンドウを開く", "فتح النافذة"], &[])
}

/// Pause all
#[rustfmt::skip]
pub fn tray_pause_all() -> String {
    Language::spoken().say(["Pause all", "Alles anhalten", "Pausar todo", "すべて一時停止", "إيقاف الكل مؤقت\u{64b}ا"], &[])
}

/// Quit
#[rustfmt::skip]
pub fn tray_quit() -> String {
    Language::spoken().say(["Quit", "Beenden", "Salir", "終了", "إنهاء"], &[])
}

/// Recent
#[rustfmt::skip]
pub fn tray_recent() -> String {
    Language::spoken().say(["Recent", "Zuletzt", "Recientes", "最近のもの", "الأحدث"], &[])
}

/// Nothing uploaded yet
#[rustfmt::skip]
pub fn tray_recent_none() -> String {
    Language::spoken().say(["Nothing uploaded yet", "Noch nichts hochgeladen", "Aún no se ha subido nada", "まだ何もアップロードしていません", "لم ي\u{64f}رفع شيء بعد"], &[])
}

/// Resume all
#[rustfmt::skip]
pub fn tray_resume_all() -> String {
    Language::spoken().say(["Resume all", "Alles fortsetzen", "Reanudar todo", "すべて再開", "استئناف الكل"], &[])
}

/// Settings…
#[rustfmt::skip]
pub fn tray_settings() -> String {
    Language::spoken().say(["Settings…", "Einstellungen …", "Ajustes…", "設定…", "الإعدادات…"], &[])
}

/// Something needs you
#[rustfmt::skip]
pub fn tray_status_attention() -> String {
    Language::spoken().say(["Something needs you", "Etwas braucht eine Entscheidung", "Algo le necesita", "判断が必要です", "شيء يحتاج إليك"], &[])
}

/// {count} upload to go, {percent} % / {count} uploads to go, {percent} %
#[rustfmt::skip]
pub fn tray_status_busy(count: u64, percent: &str) -> String {
    Language::spoken().say_counted(count, [&["{count} upload to go, {percent} %", "{count} uploads to go, {percent} %"], &["Noch {count} Upload, {percent} %", "Noch {count} Uploads, {percent} %"], &["Queda {count} subida, {percent} %", "Quedan {count} subidas, {percent} %", "Quedan {count} subidas, {percent} %"], &["残り {count} 件、{percent} %"], &["المتبقي {count} عملية رفع، {percent} %", "المتبقي عملية رفع واحدة، {percent} %", "المتبقي عمليتا رفع، {percent} %", "المتبقي {count} عمليات رفع، {percent} %", "المتبقي {count} عملية رفع، {percent} %", "المتبقي {count} عملية رفع، {percent} %"]], &[("percent", percent), ("count", &count.to_string())])
}

/// Nothing to send
#[rustfmt::skip]
pub fn tray_status_idle() -> String {
    Language::spoken().say(["Nothing to send", "Nichts zu senden", "Nada que enviar", "送信するものはありません", "لا شيء للإرسال"], &[])
}

/// Locked. Uploads wait.
#[rustfmt::skip]
pub fn tray_status_locked() -> String {
    Language::spoken().say(["Locked. Uploads wait.", "Gesperrt. Uploads warten.", "Bloqueado. Las subidas esperan.", "ロック中。アップロードは待機しています。", "مقفل. عمليات الرفع تنتظر."], &[])
}

/// Paused
#[rustfmt::skip]
pub fn tray_status_paused() -> String {
    Language::spoken().say(["Paused", "Angehalten", "En pausa", "一時停止中", "متوقف مؤقت\u{64b}ا"], &[])
}

/// {count} upload to go / {count} uploads to go
#[rustfmt::skip]
pub fn tray_status_waiting(count: u64) -> String {
    Language::spoken().say_counted(count, [&["{count} upload to go", "{count} uploads to go"], &["Noch {count} Upload", "Noch {count} Uploads"], &["Queda {count} subida", "Quedan {count} subidas", "Quedan {count} subidas"], &["残り {count} 件"], &["المتبقي {count} عملية رفع", "المتبقي عملية رفع واحدة", "المتبقي عمليتا رفع", "المتبقي {count} عمليات رفع", "المتبقي {count} عملية رفع", "المتبقي {count} عملية رفع"]], &[("count", &count.to_string())])
}

/// Unlock…
#[rustfmt::skip]
pub fn tray_unlock() -> String {
    Language::spoken().say(["Unlock…", "Entsperren…", "Desbloquear…", "ロックを解除…", "فتح القفل…"], &[])
}

/// Upload clipboard
#[rustfmt::skip]
pub fn tray_upload_clipboard() -> String {
    Language::spoken().say(["Upload clipboard", "Zwischenablage hochladen", "Subir el portapapeles", "クリップボードをアップロード", "رفع الحافظة"], &[])
}

/// Upload files…
#[rustfmt::skip]
pub fn tray_upload_files() -> String {
    Language::spoken().say(["Upload files…", "Dateien hochladen …", "Subir archivos…", "ファイルをアップロード…", "رفع ملفات…"], &[])
}

/// Drop files – Aloft
#[rustfmt::skip]
pub fn window_drop_title() -> String {
    Language::spoken().say(["Drop files – Aloft", "Dateien ablegen – Aloft", "Soltar archivos – Aloft", "ファイルをドロップ – Aloft", "إفلات الملفات – Aloft"], &[])
}

/// Aloft
#[rustfmt::skip]
pub fn window_main_title() -> String {
    Language::spoken().say(["Aloft", "Aloft", "Aloft", "Aloft", "Aloft"], &[])
}

/// Pasted image {time}
#[rustfmt::skip]
pub fn window_pasted_image(time: &str) -> String {
    Language::spoken().say(["Pasted image {time}", "Eingefügtes Bild {time}", "Imagen pegada {time}", "貼り付けた画像 {time}", "صورة ملصقة {time}"], &[("time", time)])
}

/// API secret – Aloft
#[rustfmt::skip]
pub fn window_secret_title() -> String {
    Language::spoken().say(["API secret – Aloft", "API-Secret – Aloft", "Secreto de API – Aloft", "API シークレット – Aloft", "سر\u{651} API – Aloft"], &[])
}

/// Upload widget – Aloft
#[rustfmt::skip]
pub fn window_widget_title() -> String {
    Language::spoken().say(["Upload widget – Aloft", "Upload-Widget – Aloft", "Widget de subida – Aloft", "アップロードウィジェット – Aloft", "أداة الرفع – Aloft"], &[])
}
