// Generated from ui/messages by `cargo xtask generate`. Not edited by hand.

//! The messages of the catalogue whose names begin with `entry_`.

#[rustfmt::skip]
super::messages! {
    "entry_comment" comment() ["The desktop uploader for Cloudinary", "Der Desktop-Uploader für Cloudinary", "El programa de escritorio para subir a Cloudinary", "Cloudinary へのデスクトップアップローダー", "أداة سطح المكتب للرفع إلى Cloudinary"];
    "entry_generic_name" generic_name() ["Uploader for Cloudinary", "Uploader für Cloudinary", "Subidas a Cloudinary", "Cloudinary アップローダー", "أداة رفع إلى Cloudinary"];
    "entry_keywords" keywords() ["upload;cloudinary;images;video;link;", "hochladen;upload;cloudinary;bilder;video;link;", "subir;cloudinary;imágenes;vídeo;enlace;", "アップロード;cloudinary;画像;動画;リンク;", "رفع;cloudinary;صور;فيديو;رابط;"];
    "entry_upload" upload() ["Upload with Aloft", "Mit Aloft hochladen", "Subir con Aloft", "Aloft でアップロード", "الرفع باستخدام Aloft"];
    "entry_upload_clipboard" upload_clipboard() ["Upload clipboard", "Zwischenablage hochladen", "Subir el portapapeles", "クリップボードをアップロード", "رفع الحافظة"];
}
